// What the core throws. The bridge (server/entry.hpp) turns it into a server ERROR with the SQLSTATE that
// belongs to the kind, and with detail and hint.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace schema_audit {

enum class ErrorKind {
    invalid_argument,  // 22023
    undefined_object,  // 42704
    duplicate_object,  // 42710
    syntax,            // 42601
    not_supported,     // 0A000
    wrong_state,       // 55000
    drift,             // SA001
    internal,          // XX000
};

class AuditError : public std::exception {
public:
    AuditError(ErrorKind kind, std::string message, std::string detail = {}, std::string hint = {})
        : kind_(kind), message_(std::move(message)), detail_(std::move(detail)), hint_(std::move(hint)) {}

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const char *what() const noexcept override { return message_.c_str(); }
    [[nodiscard]] const std::string &detail() const noexcept { return detail_; }
    [[nodiscard]] const std::string &hint() const noexcept { return hint_; }

private:
    ErrorKind kind_;
    std::string message_;
    std::string detail_;
    std::string hint_;
};

}  // namespace schema_audit
