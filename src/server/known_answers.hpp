// Answers of this session's audits, given again while nothing has changed: monitoring asks the same thing
// over and over.
#pragma once

#include "core/rule/finding.hpp"

#include "server/unchanged.hpp"

namespace schema_audit::server {

// What an answer was made of: the state of all that was read at a moment, or what is kept of it (kept_sides.hpp), by
// number.
using AnswerBasis = std::variant<Moment, std::uint64_t>;

// The answer to the same question, if what it was made of is unchanged; else null.
const std::vector<Finding> *known_answer(const std::string &question);
const std::vector<Finding> *known_answer(const std::string &question, std::uint64_t version);

void remember_answer(std::string question, AnswerBasis basis, const std::vector<Finding> &findings);

#ifdef SCHEMA_AUDIT_DEBUG
[[nodiscard]] bool is_same_answer(const std::vector<Finding> &known, const std::vector<Finding> &fresh);
// Is the answer still what a new look finds? Raises when it is not, and nothing has changed since the moment.
void check_answer(const std::vector<Finding> &known, const std::vector<Finding> &fresh, const Moment &moment);
const Moment &moment_of_answer(const std::string &question);
#endif

}  // namespace schema_audit::server
