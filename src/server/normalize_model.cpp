#include "core/schema/identifier.hpp"
#include "server/live_reader.hpp"
#include "server/normal_form.hpp"
#include "server/read_model.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

Oid collation_of_text(const char *text) {
    List *names = NIL;
    if (SplitIdentifierString(pstrdup(text), '.', &names) && names != NIL) {
        List *strings = NIL;
        ListCell *cell = nullptr;
        foreach (cell, names) {
            strings = lappend(strings, makeString(static_cast<char *>(lfirst(cell))));
        }
        if (const Oid collation = get_collation_oid(strings, true); OidIsValid(collation)) {
            return collation;
        }
    }
    const char *dot = std::strchr(text, '.');
    List *strings = dot == nullptr ? list_make1(makeString(pstrdup(text)))
                                   : list_make2(makeString(pnstrdup(text, static_cast<Size>(dot - text))),
                                                makeString(pstrdup(dot + 1)));
    return get_collation_oid(strings, true);
}

bool has_word(std::string_view text, std::string_view word) {
    const auto continues = [](char c) {
        return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || (static_cast<unsigned char>(c) >= 128);
    };
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !continues(text[at - 1])) && (end == text.size() || !continues(text[end]))) {
            return true;
        }
    }
    return false;
}

class Normalizer {
public:
    Normalizer(Schema &model, const Schema &live, TextPool &pool) : model_(model), pool_(pool) {
        if (std::ranges::any_of(model.models, &Model::hand_written)) {
            for (const Column &column : live.columns) {
                known_types_.emplace(column.type, column.type);
            }
        }
    }

    std::vector<ModelProblem> run() {
        for (Column &column : model_.columns) {
            normalize_column(column);
        }
        for (Constraint &constraint : model_.constraints) {
            normalize_key(constraint);
            normalize_check(constraint);
        }
        for (Index &index : model_.indexes) {
            if (index.predicate != TextId::none && index.predicate_normal == TextId::none) {
                index.predicate_normal = condition(index.table, "index", index.name, index.predicate);
            }
            check_index_keys(index);
        }
        return std::move(problems_);
    }

private:
    // Runs f, a server function that returns palloc'd text or null; what it raises becomes text in error.
    template <class F>
    TextId attempt(std::string &error, F f, int *sqlstate = nullptr) {
        const char *text = nullptr;
        try {
            in_subtransaction(Keep::on_success, [&] { text = server_call(f); });
        } catch (const ServerError &caught) {
            const int category = ERRCODE_TO_CATEGORY(caught.sqlstate());
            if (category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_INSUFFICIENT_RESOURCES) {
                throw;
            }
            error = caught.data()->message;
            if (sqlstate != nullptr) {
                *sqlstate = caught.sqlstate();
            }
        }
        return text == nullptr ? TextId::none : pool_.intern(text);
    }

    // The same for an expression; the error becomes a problem.
    template <class F>
    TextId attempt_expression(std::uint32_t table, std::string_view type, TextId name, const char *sql, F f) {
        std::string error;
        int sqlstate = 0;
        const TextId text = attempt(error, f, &sqlstate);
        if (!error.empty()) {
            const bool told = sqlstate == ERRCODE_UNDEFINED_COLUMN && reads_unreadable_column(table, sql);
            problems_.push_back({table, std::string(type), std::string(pool_.view(name)),
                                 std::string("expression ") + sql + ": " + error, told});
        }
        return text;
    }

    // Columns of types that cannot be read are left out of what an expression may name; they have their finding.
    [[nodiscard]] bool reads_unreadable_column(std::uint32_t table, std::string_view sql) const {
        return std::ranges::any_of(model_.columns_of(model_.tables[table]), [&](const Column &column) {
            return unreadable_types_.contains(column.type) && has_word(sql, pool_.view(column.name));
        });
    }

    // The server's text of the type; the type itself when the server cannot read it.
    TextId server_type(const Column &column) {
        const auto [found, added] = known_types_.try_emplace(column.type, TextId::none);
        if (added) {
            const char *spelling = pool_.view(column.type).data();
            std::string error;
            found->second = attempt(error, [=]() -> const char * {
                Oid type = InvalidOid;
                int32 typmod = -1;
                return type_text_of_sql(spelling, &type, &typmod);
            });
            if (found->second == TextId::none) {
                found->second = column.type;
                unreadable_types_.emplace(column.type,
                                          std::string("type ") + spelling +
                                              (error.empty() ? " does not exist in this database" : ": " + error));
            }
        }
        return found->second;
    }

    TextId default_form(const Column &column, TextId expression) {
        const char *type_text = pool_.view(column.type).data();
        const char *sql = pool_.view(expression).data();
        return attempt_expression(column.table, "column", column.name, sql, [=]() -> const char * {
            Oid type = InvalidOid;
            int32 typmod = -1;
            if (type_text_of_sql(type_text, &type, &typmod) == nullptr) {
                return nullptr;
            }
            return normal_form_of_sql(sql, type, typmod, nullptr);
        });
    }

    [[nodiscard]] bool hand_written(std::uint32_t table) const noexcept {
        return model_.models[model_.tables[table].model].hand_written;
    }

    void normalize_column(Column &column) {
        if (hand_written(column.table)) {
            column.type = server_type(column);
            if (const auto bad = unreadable_types_.find(column.type); bad != unreadable_types_.end()) {
                problems_.push_back({column.table, "column", std::string(pool_.view(column.name)), bad->second});
                return;
            }
            normalize_collation(column);
            column.not_null = column.not_null || column.identity != Identity::none;
        }
        if (column.default_text != TextId::none && column.default_normal == TextId::none) {
            column.default_normal = column.generated == Generated::none
                                        ? default_form(column, column.default_text)
                                        : over_columns(column.table, "column", column.name, column.default_text,
                                                       pool_.view(column.type).data());
        }
        if (column.client_default_text != TextId::none && column.client_default_kind == ClientDefault::constant) {
            const std::uint64_t key = (static_cast<std::uint64_t>(column.type) << 32U) |
                                      static_cast<std::uint32_t>(column.client_default_text);
            const auto [found, added] = client_defaults_.try_emplace(key, TextId::none);
            if (added) {
                found->second = default_form(column, column.client_default_text);
            }
            column.client_default = found->second;
        }
    }

    // As the server prints it, and none where it is the type's own. By hand it is written as SQL or as the bare
    // name: C, "C", pg_catalog."C".
    void normalize_collation(Column &column) {
        if (column.collation == TextId::none) {
            return;
        }
        const char *spelling = pool_.view(column.collation).data();
        const char *type_text = pool_.view(column.type).data();
        std::string error;
        bool own = false;
        const TextId text = attempt(error, [&]() -> const char * {
            const Oid collation = collation_of_text(spelling);
            Oid type = InvalidOid;
            int32 typmod = -1;
            (void)type_text_of_sql(type_text, &type, &typmod);
            own = OidIsValid(collation) && OidIsValid(type) && get_typcollation(type) == collation;
            return OidIsValid(collation) ? collation_text(collation) : nullptr;
        });
        if (text == TextId::none) {
            problems_.push_back({column.table, "column", std::string(pool_.view(column.name)),
                                 std::string("collation ") + spelling +
                                     (error.empty() ? " does not exist in this database" : ": " + error)});
            return;
        }
        column.collation = own ? TextId::none : text;
    }

    // A key names columns of the model's own table, and those of a primary key are NOT NULL, said or not.
    void normalize_key(const Constraint &constraint) {
        if (!hand_written(constraint.table) || constraint.kind == ConstraintKind::check ||
            constraint.kind == ConstraintKind::exclusion) {
            return;
        }
        const auto range = model_.tables[constraint.table].columns;
        const std::span<Column> columns(model_.columns.data() + range.first, range.count);
        for (const TextId key : model_.view(constraint.columns)) {
            const auto column = std::ranges::find(columns, key, &Column::name);
            if (column == columns.end()) {
                const char *type = constraint.kind == ConstraintKind::primary_key ? "primary key"
                                   : constraint.kind == ConstraintKind::unique    ? "unique constraint"
                                                                                  : "foreign key";
                problems_.push_back(
                    {constraint.table, type, std::string(pool_.view(constraint.name)),
                     "column \"" + std::string(pool_.view(key)) + "\" is not among the columns of the model's table"});
                return;
            }
            column->not_null = column->not_null || constraint.kind == ConstraintKind::primary_key;
        }
    }

    // A key starts with the name of a column, or it is an expression in parentheses.
    void check_index_keys(const Index &index) {
        if (!hand_written(index.table)) {
            return;
        }
        for (const TextId key : model_.view(index.keys)) {
            const std::string_view text = pool_.view(key);
            const auto names = [&](const Column &column) {
                const std::string name = schema_audit::quote_identifier(pool_.view(column.name));
                return text.starts_with(name) && (text.size() == name.size() || text[name.size()] == ' ');
            };
            if (!text.starts_with('(') && std::ranges::none_of(model_.columns_of(model_.tables[index.table]), names)) {
                problems_.push_back({index.table, "index", std::string(pool_.view(index.name)),
                                     "key " + std::string(text) +
                                         " names no column of the table; an expression stands in parentheses"});
            }
        }
    }

    void normalize_check(Constraint &constraint) {
        if (constraint.expression == TextId::none || constraint.expression_normal != TextId::none) {
            return;
        }
        if (constraint.kind == ConstraintKind::check) {
            constraint.expression_normal =
                condition(constraint.table, "check constraint", constraint.name, constraint.expression);
            return;
        }
        const char *sql = pool_.view(constraint.expression).data();
        constraint.expression_normal =
            with_columns(constraint.table, "exclusion constraint", constraint.name, constraint.expression,
                         [sql](const NamedColumns &columns) { return normal_form_of_exclusion(sql, &columns); });
    }

    TextId condition(std::uint32_t table, std::string_view type, TextId name, TextId expression) {
        return over_columns(table, type, name, expression, "boolean");
    }

    // An expression over the table's columns, assigned to a result type.
    TextId over_columns(std::uint32_t table, std::string_view type, TextId name, TextId expression,
                        const char *result_type) {
        const char *sql = pool_.view(expression).data();
        return with_columns(table, type, name, expression, [=](const NamedColumns &columns) {
            Oid result = InvalidOid;
            int32 typmod = -1;
            (void)type_text_of_sql(result_type, &result, &typmod);
            return normal_form_of_sql(sql, result, typmod, &columns);
        });
    }

    // What print(columns), a server function, makes of an expression over the table's columns.
    template <class Print>
    TextId with_columns(std::uint32_t table, std::string_view type, TextId name, TextId expression, Print print) {
        std::vector<const char *> names;
        std::vector<const char *> type_texts;
        for (const Column &column : model_.columns_of(model_.tables[table])) {
            const TextId known = server_type(column);
            // A type that cannot be read has its finding, and must not spoil expressions over other columns.
            if (unreadable_types_.contains(known)) {
                continue;
            }
            names.push_back(pool_.view(column.name).data());
            type_texts.push_back(pool_.view(known).data());
        }
        const char *sql = pool_.view(expression).data();
        const auto count = static_cast<int>(names.size());
        const auto *name_list = names.data();
        const auto *type_list = type_texts.data();
        return attempt_expression(table, type, name, sql, [=]() -> const char * {
            auto *types = static_cast<Oid *>(palloc0(sizeof(Oid) * static_cast<Size>(count)));
            auto *typmods = static_cast<int32 *>(palloc0(sizeof(int32) * static_cast<Size>(count)));
            auto *collations = static_cast<Oid *>(palloc0(sizeof(Oid) * static_cast<Size>(count)));
            for (int i = 0; i < count; ++i) {
                (void)type_text_of_sql(type_list[i], &types[i], &typmods[i]);
                collations[i] = OidIsValid(types[i]) ? get_typcollation(types[i]) : InvalidOid;
            }
            return print(NamedColumns{count, name_list, types, typmods, collations});
        });
    }

    Schema &model_;
    TextPool &pool_;
    std::unordered_map<TextId, TextId> known_types_;
    std::unordered_map<TextId, std::string> unreadable_types_;  // with what is wrong
    std::unordered_map<std::uint64_t, TextId> client_defaults_;
    std::vector<ModelProblem> problems_;
};

}  // namespace

std::vector<ModelProblem> normalize_model(Schema &model, const Schema &live, TextPool &pool) {
    const int settings = server_call([] { return pin_settings(); });
    std::vector<ModelProblem> problems = Normalizer(model, live, pool).run();
    server_call([&] { unpin_settings(settings); });
    return problems;
}

}  // namespace schema_audit::server
