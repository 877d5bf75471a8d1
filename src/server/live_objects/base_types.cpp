// Base types, made of functions, and shells, which wait for them.
#include "server/live_objects/types.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_type(std::string_view name) { return attribute(ObjectKind::base_type, name); }

const char *alignment_text(char letter) {
    switch (letter) {
        case TYPALIGN_CHAR:
            return "char";
        case TYPALIGN_SHORT:
            return "int2";
        case TYPALIGN_DOUBLE:
            return "double";
        default:
            return nullptr;
    }
}

const char *storage_text(char letter) {
    switch (letter) {
        case TYPSTORAGE_EXTERNAL:
            return "external";
        case TYPSTORAGE_EXTENDED:
            return "extended";
        case TYPSTORAGE_MAIN:
            return "main";
        default:
            return nullptr;
    }
}

// Sets an attribute and adds the option that makes it so.
struct Writer {
    ObjectReader &reader;
    StringInfo ddl;
    void operator()(AttributeId id, const char *keyword, const char *value) const {
        reader.set(id, value);
        append_option(ddl, keyword, value);
    }
    void function(AttributeId id, const char *keyword, Oid function) const {
        (*this)(id, keyword, OidIsValid(function) ? function_text(function) : nullptr);
    }
    // What is a keyword in the attribute and a literal in the DDL.
    void literal(AttributeId id, const char *keyword, const char *value) const {
        reader.set(id, value);
        append_option(ddl, keyword, value == nullptr ? nullptr : quote_literal_cstr(value));
    }
};

void describe_functions(const Writer &write, const TypeDetails &row) {
    write.function(of_type("input"), "INPUT", row.input);
    write.function(of_type("output"), "OUTPUT", row.output);
    write.function(of_type("receive"), "RECEIVE", row.receive);
    write.function(of_type("send"), "SEND", row.send);
    write.function(of_type("modifier_input"), "TYPMOD_IN", row.modifier_input);
    write.function(of_type("modifier_output"), "TYPMOD_OUT", row.modifier_output);
    write.function(of_type("analyze"), "ANALYZE", row.analyze);
    write.function(of_type("subscript"), "SUBSCRIPT", row.subscript);
}

void describe_form(const Writer &write, const TypeDetails &row) {
    write(of_type("length"), "INTERNALLENGTH", row.length > 0 ? psprintf("%d", row.length) : nullptr);
    write.reader.set_if(row.by_value, of_type("passed_by"), "value");
    if (row.by_value) {
        appendStringInfoString(write.ddl, ", PASSEDBYVALUE");
    }
    write(of_type("alignment"), "ALIGNMENT", alignment_text(row.alignment));
    write(of_type("storage"), "STORAGE", storage_text(row.storage));
    write.literal(of_type("category"), "CATEGORY",
                  row.category == TYPCATEGORY_USER ? nullptr : psprintf("%c", row.category));
    write(of_type("preferred"), "PREFERRED", row.preferred ? "true" : nullptr);
    write.literal(of_type("default"), "DEFAULT", row.default_text.empty() ? nullptr : row.default_text.c_str());
    write(of_type("element"), "ELEMENT", OidIsValid(row.element) ? type_text(row.element) : nullptr);
    write.literal(of_type("delimiter"), "DELIMITER", row.delimiter == ',' ? nullptr : psprintf("%c", row.delimiter));
    write(of_type("collatable"), "COLLATABLE", OidIsValid(row.collation) ? "true" : nullptr);
}

}  // namespace

void describe_base_types(ObjectReader &reader, const TypeRows &rows) {
    reader.for_each(ObjectKind::base_type, [&](Oid type) {
        const TypeDetails &row = rows.find(type)->second;
        StringInfoData ddl;
        initStringInfo(&ddl);
        // The functions of a type need its shell.
        appendStringInfo(&ddl, "CREATE TYPE %s", reader.qualified_name());
        if (row.defined) {
            appendStringInfoString(&ddl, " (");
            const Writer write{reader, &ddl};
            describe_functions(write, row);
            describe_form(write, row);
            appendStringInfoString(&ddl, ")");
        } else {
            reader.set(of_type("state"), "shell");
        }
        appendStringInfoString(&ddl, ";");
        if (reader.wants_ddl()) {
            reader.set(of_type("ddl"), ddl.data);
        }
    });
}

}  // namespace schema_audit::server
