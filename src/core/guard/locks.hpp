// Which lock a statement asks for on which of the relations that it names, as the server's manual and its
// AlterTableGetLockLevel() say.
#pragma once

#include "core/guard/ddl_statement.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

// Numbers of the server: the higher, the stronger.
enum class LockMode : std::uint8_t {
    none = 0,
    share_update_exclusive = 4,
    share = 5,
    share_row_exclusive = 6,
    exclusive = 7,
    access_exclusive = 8
};
[[nodiscard]] std::string_view text_of(LockMode mode) noexcept;         // SHARE ROW EXCLUSIVE
[[nodiscard]] LockMode lock_mode_from(std::string_view text) noexcept;  // none: weaker than all of them

struct LockRequest {
    RelationName relation;
    LockMode mode = LockMode::none;
    bool with_partitions = true;
};
// At most one for each relation, the strongest.
[[nodiscard]] std::vector<LockRequest> lock_requests(const DdlStatement &statement);

// The strongest of them.
[[nodiscard]] LockMode strongest_lock(const DdlStatement &statement);

}  // namespace schema_audit::guard
