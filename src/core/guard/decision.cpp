#include "core/guard/decision.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {

std::string_view text_of(Outcome outcome) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"allowed", "warned", "rejected", "overridden"});
    return names.at(static_cast<std::size_t>(outcome));
}

std::string object_identity(const GuardFinding &finding) {
    if (!finding.object.empty()) {
        return finding.object;
    }
    const std::string table = quote_qualified(finding.schema, finding.table);
    return finding.column.empty() ? table : table + "." + quote_identifier(finding.column);
}

std::string size_text(const TableSize &size) {
    if (size.assumed) {
        return "not in this database, taken for a large table";
    }
    if (size.bytes == 0 && size.rows == 0) {
        return "an empty table";
    }
    std::string text = size.rows > 0 ? format("about {} rows", size.rows) : "rows not counted yet";
    switch (size.seen) {
        case RowsSeen::none:
        case RowsSeen::none_in_sample:
            text = size.seen == RowsSeen::none ? "no rows" : "no rows in its first and last pages";
            if (size.rows > 0) {
                text += format(" (its statistics still say about {})", size.rows);
            }
            break;
        case RowsSeen::unread:
            text += size.rows > 0 ? " by its statistics" : "";
            break;
        case RowsSeen::some:
            break;
    }
    return text + format(", {} bytes", size.bytes);
}

bool any_rejected(std::span<const Decision> decisions) noexcept {
    return std::ranges::any_of(decisions, [](const Decision &d) { return d.outcome == Outcome::rejected; });
}

namespace {

void append_line(std::string &text, const std::string &line) {
    if (line.empty()) {
        return;
    }
    if (!text.empty()) {
        text += '\n';
    }
    text += line;
}

// Findings that say the same about one table are told together.
struct Group {
    const GuardFinding *first;
    std::vector<const GuardFinding *> findings;
};

bool belong_together(const GuardFinding &one, const GuardFinding &other) {
    return one.rule == other.rule && one.schema == other.schema && one.table == other.table &&
           one.object == other.object && one.message == other.message && one.note == other.note;
}

template <class Same>
std::vector<Group> grouped(const std::vector<const GuardFinding *> &findings, Same same) {
    std::vector<Group> groups;
    for (const GuardFinding *finding : findings) {
        const auto known =
            std::ranges::find_if(groups, [&](const Group &group) { return same(*group.first, *finding); });
        if (known == groups.end()) {
            groups.push_back({finding, {finding}});
        } else {
            known->findings.push_back(finding);
        }
    }
    return groups;
}

std::string table_of(const GuardFinding &finding) { return quote_qualified(finding.schema, finding.table); }

std::string columns_of(const Group &group, bool with_types) {
    std::string columns;
    for (const GuardFinding *finding : group.findings) {
        columns += (columns.empty() ? "" : ", ") + quote_identifier(finding->column);
        if (with_types) {
            columns += " " + finding->type;
        }
    }
    return columns;
}

std::string detail_line(const Group &group) {
    const GuardFinding &first = *group.first;
    const std::string note = first.note.empty() ? "" : ", " + first.note;
    if (group.findings.size() == 1 || first.column.empty()) {
        const std::string type = first.type.empty() ? "" : " " + first.type;
        const std::string size = first.size.known() ? ", " + size_text(first.size) : "";
        return format("{}: {}{}{}{}. {}.", first.rule, object_identity(first), type, size, note, first.message);
    }
    return format("{}: {} ({}), {}{}. {}.", first.rule, table_of(first), columns_of(group, true), size_text(first.size),
                  note, first.message);
}

std::string exemption(const std::vector<const GuardFinding *> &rejected) {
    const auto same = [](const GuardFinding &one, const GuardFinding &other) {
        return one.rule == other.rule && one.schema == other.schema && one.table == other.table;
    };
    // What belongs to no schema: all of them.
    const auto pattern = [](const std::string &name) {
        return name.empty() ? std::string("NULL") : quote_literal(like_pattern(name));
    };
    std::string rows;
    for (const Group &group : grouped(rejected, same)) {
        rows += format("{}({}, {}, {}, 'log', 'why', now() + interval '7 days')", rows.empty() ? "" : ", ",
                       quote_literal(group.first->rule), pattern(group.first->schema), pattern(group.first->table));
    }
    return format(
        "-- If no writer is hurt, get an exemption: INSERT INTO schema_audit.rule_setting (rule, schema_pattern, "
        "table_pattern, action, reason, expires_at) VALUES {}; for one session a superuser may SET "
        "schema_audit.override "
        "= 'why';",
        rows);
}

std::string message_about_columns(const std::vector<const GuardFinding *> &rejected) {
    if (rejected.size() == 1) {
        return format(
            "column {} would be required and nothing in the database fills it: every INSERT that does not name it "
            "would fail",
            object_identity(*rejected.front()));
    }
    const auto same_table = [](const GuardFinding &one, const GuardFinding &other) {
        return one.schema == other.schema && one.table == other.table;
    };
    std::string columns;
    for (const Group &table : grouped(rejected, same_table)) {
        columns += format("{}{} ({})", columns.empty() ? "" : ", ", table_of(*table.first), columns_of(table, false));
    }
    return format(
        "{} columns would be required and nothing in the database fills them: {}; every INSERT that does not name "
        "them would fail",
        rejected.size(), columns);
}

// A message begins in the middle of a line.
std::string uncapitalized(std::string text) {
    const bool is_word = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
    if (is_word && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

std::string message_about(const std::vector<const GuardFinding *> &rejected) {
    if (std::ranges::all_of(rejected, &GuardFinding::required_column)) {
        return message_about_columns(rejected);
    }
    const std::vector<Group> groups = grouped(rejected, belong_together);
    std::string message;
    for (const Group &group : groups) {
        message += format("{}{} {}: {}", message.empty() ? "" : "; ", group.first->object_type,
                          object_identity(*group.first), uncapitalized(group.first->message));
    }
    return message;
}

}  // namespace

Rejection compose_rejection(std::span<const Decision> decisions) {
    std::vector<const GuardFinding *> rejected;
    for (const Decision &decision : decisions) {
        if (decision.outcome == Outcome::rejected) {
            rejected.push_back(&decision.finding);
        }
    }
    Rejection result;
    if (rejected.empty()) {
        return result;
    }
    result.message = message_about(rejected);
    for (const Group &group : grouped(rejected, belong_together)) {
        append_line(result.detail, detail_line(group));
    }
    for (const GuardFinding *finding : rejected) {
        if (result.hint.find(finding->fix) == std::string::npos) {
            append_line(result.hint, finding->fix);
        }
    }
    append_line(result.hint, exemption(rejected));
    return result;
}

}  // namespace schema_audit::guard
