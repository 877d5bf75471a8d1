// What a difference in the labels of an enum means: those that an application may send and receive.
#include "core/compare/attributes.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

using Labels = std::vector<std::string_view>;  // each a literal

// Takes 'new', E'a\\b', 'it''s' apart. Each is written as quote_literal() does, so equal labels have equal texts.
Labels split_labels(std::string_view text) {
    Labels labels;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('\'', at);
        while (end < text.size()) {
            end = text.find('\'', end + 1);
            if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != '\'') {
                break;
            }
            ++end;
        }
        end = std::min(end, text.size() - 1);
        labels.push_back(text.substr(at, end + 1 - at));
        at = text.find_first_not_of(", ", end + 1);
    }
    return labels;
}

std::string labels_not_in(const Labels &list, const Labels &other) {
    std::string text;
    for (const std::string_view label : list) {
        if (std::ranges::find(other, label) == other.end()) {
            text += format("{}{}", text.empty() ? "" : ", ", label);
        }
    }
    return text;
}

// Each missing label behind the one that precedes it in the model.
std::string additions(const std::string &type, const Labels &wanted, const Labels &found) {
    std::string text;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (std::ranges::find(found, wanted[i]) != found.end()) {
            continue;
        }
        const std::string place =
            i == 0 ? (found.empty() ? "" : format(" BEFORE {}", found[0])) : format(" AFTER {}", wanted[i - 1]);
        text += format("{}ALTER TYPE {} ADD VALUE {}{};", text.empty() ? "" : " ", type, wanted[i], place);
    }
    return text;
}

}  // namespace

void describe_enum_difference(Finding &finding, const std::string &type, std::string_view expected,
                              std::string_view actual) {
    const Labels wanted = split_labels(expected);
    const Labels found = split_labels(actual);
    const std::string missing = labels_not_in(wanted, found);
    const std::string extra = labels_not_in(found, wanted);
    if (!missing.empty()) {
        finding.severity = Severity::error;
        finding.message = format("enum {} lacks {}: a statement that sends it fails", type, missing);
        finding.fix = additions(type, wanted, found);
        return;
    }
    finding.message = extra.empty() ? format("enum {} has its labels in another order: rows sort differently", type)
                                    : format("enum {} has {} more than the model: readers may meet it", type, extra);
}

}  // namespace schema_audit
