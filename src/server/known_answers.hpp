// Answers of this session's audits, given again while nothing has changed: monitoring asks the same thing
// over and over.
#pragma once

#include "core/rule/finding.hpp"

#include "server/unchanged.hpp"

namespace schema_audit::server {

// The answer to the same question, if what it was made of is unchanged; else null.
const std::vector<Finding> *known_answer(const std::string &question);

void remember_answer(std::string question, Moment moment, const std::vector<Finding> &findings);

#ifdef SCHEMA_AUDIT_DEBUG
// Is the answer that was just given again still what a new look finds? Raises when it is not.
void check_answer(const std::string &question, const std::vector<Finding> &fresh);
#endif

}  // namespace schema_audit::server
