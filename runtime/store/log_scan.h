// Reads RocksDB's log files (write-ahead log and manifest share one format) by themselves, before RocksDB does, because its
// tolerant mode ends quietly at some damages: a length that points behind the end of the file, a header of zeros, and
// whatever stands in the same block behind a damaged record. Format: blocks of 32 KB; a record is a masked crc32c (4), a
// length (2), a type (1) and the bytes; a long one is cut into first, middle and last pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

uint32_t crc32c(std::string_view bytes);

struct LogScan {
  uint64_t records = 0;            // whole ones, up to the damage
  uint64_t sound_bytes = 0;        // where the last of them ends
  bool damaged = false;            // something stands behind that is no whole record: a torn write, or rot
  uint64_t damage_at = 0;
  bool records_behind = false;     // and behind that a record begins that is well: no torn write
};

// Of the bytes of one file.
LogScan scan_log(std::string_view bytes);

}  // namespace wend
