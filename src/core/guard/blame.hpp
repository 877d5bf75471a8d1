// Which logged statement brought about what a finding of the audit tells. Pure: rows of ddl_log in, its id out.
//
// A statement is named only where the log leaves no doubt: it changed this very object in the way that the finding
// tells, and nothing since has changed it back, renamed it or made it anew.
#pragma once

#include "core/rule/finding.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

struct LoggedStatement {
    std::int64_t id = 0, at = 0;
    std::vector<std::string> objects, changes;  // side by side
    std::string statement;                      // of those that created something; else empty
    // 32 bits of the transaction and of the subtransaction, as the catalogs' rows carry them; 0 = none.
    std::uint32_t transaction = 0, subtransaction = 0;
};

// What is looked for, as ddl_log names objects. The names change on the way back through renames.
struct Suspect {
    std::string object, table, schema;  // table: that the object is a part of; empty: none
    std::string name;                   // of the part, as a statement may mention it
    std::vector<std::string_view> causes, contrary;
    std::vector<std::string_view> words;  // the statement that created the object must have one of them; empty: any
    bool compares = false;    // with what a model says now: an older statement may have obeyed an older model
    std::int64_t before = 0;  // only rows with a smaller id; 0 = all

    [[nodiscard]] std::vector<std::string> keys() const;
};
// Empty: no statement causes such findings.
[[nodiscard]] std::optional<Suspect> suspect_of(const Finding &finding);

struct Trace {
    std::int64_t id = 0;          // of the row that did it; 0 = none
    std::int64_t at = 0;          // when
    std::optional<Suspect> next;  // look on under these names
};
// `rows`: the newest first; may hold rows about other objects.
[[nodiscard]] Trace trace(const Suspect &suspect, std::span<const LoggedStatement *const> rows);

// The object of a finding's key: `rule:schema.table:type:object`. Empty where the text is no key.
[[nodiscard]] std::optional<Finding> finding_from_key(std::string_view key);
// The names of what the finding is about, whatever its rule.
[[nodiscard]] Suspect object_of(const Finding &finding);

// What the row did to the object, or to the table or schema that it is a part of; empty: nothing that concerns it.
[[nodiscard]] std::string history_of(const Suspect &suspect, const LoggedStatement &row);
// The names before the row, where it renamed the object or its table.
[[nodiscard]] std::optional<Suspect> renamed_from(const Suspect &suspect, const LoggedStatement &row);

}  // namespace schema_audit::guard
