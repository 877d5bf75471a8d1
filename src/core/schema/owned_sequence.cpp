#include "core/schema/owned_sequence.hpp"

#include "core/schema/identifier.hpp"

namespace schema_audit {

bool is_numbered_by(const TextPool &pool, const Column &column, std::string_view schema, std::string_view sequence) {
    if (column.identity != Identity::none) {
        return true;
    }
    const std::string_view text = pool.view(column.default_text);
    if (!text.starts_with("nextval(")) {
        return column.owns_sequence;  // as hand-written rows say it
    }
    return text.find(quote_literal(quote_qualified(schema, sequence))) != std::string_view::npos;
}

bool numbers_its_column(const Schema &schema, const TextPool &pool, const Table *table, const SchemaObject &sequence) {
    const TextId name = schema.attribute_of(sequence.attributes, attribute(ObjectKind::sequence, "owned_by"));
    const Column *column = table == nullptr ? nullptr : schema.column(*table, name);
    // Without its column it goes with that.
    return column == nullptr || is_numbered_by(pool, *column, pool.view(sequence.schema), pool.view(sequence.name));
}

}  // namespace schema_audit
