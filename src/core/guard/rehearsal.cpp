#include "core/guard/rehearsal.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/json.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

struct Told {
    Severity severity;
    std::string_view rule;
    std::string object;
    std::string_view message, fix;
};

void append(std::string &json, const Told &told) {
    json += json.empty() ? "[{" : ", {";
    const auto add = [&](std::string_view key, std::string_view value) {
        append_json_string(json, key);
        json += ": ";
        if (value.empty()) {
            json += "null";
        } else {
            append_json_string(json, value);
        }
    };
    add("severity", schema_audit::text_of(told.severity));
    json += ", ";
    add("rule", told.rule);
    json += ", ";
    add("object_identity", told.object);
    json += ", ";
    add("message", told.message);
    json += ", ";
    add("fix", told.fix);
    json += '}';
}

// schema.table.part, as findings of the guard name it.
std::string object_identity(const Finding &finding) {
    if (finding.table_name.empty()) {
        return quote_qualified(finding.schema_name, finding.object_name);
    }
    const std::string table = quote_qualified(finding.schema_name, finding.table_name);
    return finding.object_name.empty() || finding.object_name == finding.table_name
               ? table
               : table + "." + quote_identifier(finding.object_name);
}

}  // namespace

std::string_view text_of(Ran ran) noexcept {
    constexpr auto words = std::to_array<std::string_view>({"ran", "failed", "not run"});
    return words.at(static_cast<std::size_t>(ran));
}

Severity severity_of(Outcome outcome) noexcept {
    return outcome == Outcome::rejected ? Severity::error
           : outcome == Outcome::warned ? Severity::warning
                                        : Severity::info;
}

std::string findings_json(const RehearsedStatement &statement) {
    std::string json;
    for (const Decision &decision : statement.decisions) {
        append(json, {severity_of(decision.outcome), decision.finding.rule, guard::object_identity(decision.finding),
                      decision.finding.message, decision.finding.fix});
    }
    if (statement.drift) {
        for (const Finding &finding : statement.drift->added) {
            append(json, {finding.severity, finding.rule, object_identity(finding), finding.message, finding.fix});
        }
    }
    return json.empty() ? json : json + "]";
}

void add_decisions(std::vector<Decision> &decisions, std::vector<Decision> more) {
    for (Decision &decision : more) {
        const bool known = std::ranges::any_of(decisions, [&](const Decision &other) {
            return other.finding.rule == decision.finding.rule &&
                   guard::object_identity(other.finding) == guard::object_identity(decision.finding) &&
                   other.finding.message == decision.finding.message;
        });
        if (!known) {
            decisions.push_back(std::move(decision));
        }
    }
}

}  // namespace schema_audit::guard
