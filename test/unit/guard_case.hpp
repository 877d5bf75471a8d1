// A statement with the facts that a test gives it, and what the rules say.
#pragma once

#include "core/guard/statement_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace schema_audit::guard::testing {

inline TableFacts table(std::string name, RelationKind kind = RelationKind::table) {
    TableFacts facts;
    facts.schema = "public";
    facts.name = std::move(name);
    facts.kind = kind;
    facts.size.rows = 1'000'000;
    facts.size.bytes = 1'000'000'000;
    facts.size.seen = RowsSeen::some;
    return facts;
}

struct Case {
    DdlStatement statement;
    StatementFacts facts;
    SessionFacts session;

    explicit Case(DdlStatement what) : statement(std::move(what)) {
        session.lock_timeout_ms = 2000;
        session.in_transaction_block = true;
        facts.creation_schema = "public";
    }
    Case &with(const TableFacts &known) {
        facts.tables.push_back({{"", known.name}, known});
        return *this;
    }
    Case &after(PastCommand past) {
        facts.earlier.push_back(std::move(past));
        return *this;
    }
    [[nodiscard]] std::vector<GuardFinding> of(std::string_view rule) const {
        std::vector<GuardFinding> findings = judge_statement({statement, facts, session});
        std::erase_if(findings, [=](const GuardFinding &finding) { return finding.rule != rule; });
        return findings;
    }
    [[nodiscard]] std::size_t count(std::string_view rule) const { return of(rule).size(); }
};

inline RelationName name(std::string text) { return {"", std::move(text)}; }
inline RelationName in_public(std::string text) { return {"public", std::move(text)}; }

template <class... Steps>
AlterTable alter(std::string of, Steps... steps) {
    AlterTable statement;
    statement.table = name(std::move(of));
    (statement.steps.emplace_back(std::move(steps)), ...);
    return statement;
}

inline AddColumn column(std::string name, std::string type) {
    AddColumn add;
    add.column = std::move(name);
    add.type = std::move(type);
    return add;
}

inline CreateTable create(std::string name, std::vector<AddColumn> columns) {
    CreateTable statement;
    statement.table.name = std::move(name);
    statement.columns = std::move(columns);
    return statement;
}

inline DropObjects drop(std::string type, std::string what) {
    DropObjects statement;
    statement.object_type = std::move(type);
    statement.names.push_back(name(std::move(what)));
    return statement;
}

inline NamedColumn has_column(std::string name, std::string type) {
    NamedColumn column;
    column.name = std::move(name);
    column.type = std::move(type);
    return column;
}

inline AddConstraint primary_key(std::vector<std::string> columns) {
    AddConstraint add;
    add.sort = ConstraintSort::primary_key;
    add.columns = std::move(columns);
    return add;
}

inline IndexFacts has_index(std::vector<std::string> columns, bool unique = false) {
    IndexFacts index;
    index.name = "other";
    index.unique = unique;
    index.columns = std::move(columns);
    return index;
}

}  // namespace schema_audit::guard::testing
