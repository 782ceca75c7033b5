// Files and folders as the store and its copies need them: written so that they are on the disk, copied and hashed in one
// reading. Errors are data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/store/store.h"

namespace wend {

StoreError disk_error(const std::string& what, const std::string& file, int code);   // kind io

bool sync_file(const std::string& path);
bool sync_folder(const std::string& path);
// Makes what is missing of the folder and those it lies in; their names are on the disk when it returns well. One that is there may be of
// a process that ended before it synced, so its name is synced, too, where that is allowed.
StoreFailure make_folder_synced(const std::string& path);
// On the disk when it returns well; its name is only after the folder is synced.
StoreFailure write_file_synced(const std::string& path, std::string_view text);
// So many bytes are left of it, on the disk when it returns well; no more than there are.
StoreFailure shorten_file_synced(const std::string& path, uint64_t bytes);
// At most so many bytes; what is longer is an error.
StoreFailure read_whole_file(const std::string& path, size_t bytes_max, std::string& text);

// Names, sorted.
StoreFailure names_in_folder(const std::string& folder, std::vector<std::string>& names);

struct FileSum { uint64_t bytes = 0; std::string sha256; };   // in hex
// A regular file only; no link is followed. `to`: also writes a synced copy there, which must not exist.
StoreFailure sum_file(const std::string& path, FileSum& sum, const std::string& to = {});
std::string hex_text(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

// A text that ends in a line with the sum of all before it, so that it is known whole.
std::string sealed(std::string text);
// The text without that line; nothing where it is not as it was sealed.
std::optional<std::string_view> unsealed(std::string_view text);

}  // namespace wend
