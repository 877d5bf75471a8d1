// What the statistics of this server say of indexes that a model's tables have.
#pragma once

#include "core/compare/unused_indexes.hpp"

namespace schema_audit::server {

// Nothing where schema_audit.unused_index_age is 0, and where nobody can tell: the guard and its log have to be as old
// as that, since only the log knows how old an index is.
std::vector<UnusedIndex> read_unused_indexes();

}  // namespace schema_audit::server
