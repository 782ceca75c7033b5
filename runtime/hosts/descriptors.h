// How many files and sockets the process may have open, and which part of that is for connections: a crowd of clients must never
// take the descriptor the store needs for its next file. Tested by tests/unit/hosts/descriptors_test.cpp and tests/serving.
#pragma once

#include <cstddef>

namespace wend {

// Raises the limit as far as the system lets a process raise its own; what it is now.
size_t raise_descriptors();

// Of the connections that are wanted, so many that a good part of the descriptors is left for the store, the channels and the admin door.
size_t connections_within(size_t descriptors, size_t wanted);

}  // namespace wend
