#include "core/guard/exempt.hpp"

#include "core/rule/rule.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Calls each(name) for what stands between commas, until it returns false.
template <class Each>
void each_name(std::string_view list, Each each) {
    for (;;) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (!each(trimmed(list.substr(0, comma))) || comma == list.size()) {
            return;
        }
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

Exempt exempt_from(std::string_view text) {
    Exempt exempt;
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon == text.size()) {
        return exempt;
    }
    each_name(text.substr(0, colon), [&](std::string_view name) {
        exempt.rules.emplace_back(name);
        return true;
    });
    exempt.reason = trimmed(text.substr(colon + 1));
    return exempt;
}

ExemptProblem check_exempt(std::string_view text) noexcept {
    using Kind = ExemptProblem::Kind;
    ExemptProblem problem;
    const std::size_t colon = std::min(text.find(':'), text.size());
    each_name(text.substr(0, colon), [&](std::string_view name) {
        const Rule *rule = find_rule(name);
        problem.kind = name.empty()               ? Kind::no_rule
                       : rule == nullptr          ? Kind::unknown_rule
                       : rule->acts_on == "audit" ? Kind::rule_of_the_audit
                                                  : Kind::none;
        problem.rule = name;
        return problem.kind == Kind::none;
    });
    if (problem.kind == Kind::none && (colon == text.size() || trimmed(text.substr(colon + 1)).empty())) {
        problem.kind = Kind::no_reason;
    }
    return problem;
}

}  // namespace schema_audit::guard
