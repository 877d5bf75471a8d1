// Foreign-data wrappers, servers, and who has a user mapping: of that no option is read, since passwords are there.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"
#include "server/live_option_texts.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_wrapper(std::string_view name) { return attribute(ObjectKind::foreign_data_wrapper, name); }
consteval AttributeId of_server(std::string_view name) { return attribute(ObjectKind::server, name); }

// "dbname 'a', host 'b'": sorted, as statements take them.
char *options_text(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum options = heap_getattr(tuple, attnum, descriptor, &is_null);
    if (is_null) {
        return nullptr;
    }
    return foreign_options_text(options);
}

struct WrapperDetails {
    Oid handler, validator;
};

void describe_wrapper(ObjectReader &reader, const WrapperDetails &row, const char *options) {
    const char *handler = OidIsValid(row.handler) ? function_text(row.handler) : nullptr;
    const char *validator = OidIsValid(row.validator) ? function_text(row.validator) : nullptr;
    reader.set(of_wrapper("handler"), handler);
    reader.set(of_wrapper("validator"), validator);
    if (reader.wants_ddl()) {
        reader.set(of_wrapper("ddl"), psprintf("CREATE FOREIGN DATA WRAPPER %s%s%s%s;", quote_identifier(reader.name()),
                                               handler == nullptr ? "" : psprintf(" HANDLER %s", handler),
                                               validator == nullptr ? "" : psprintf(" VALIDATOR %s", validator),
                                               options == nullptr ? "" : psprintf(" OPTIONS (%s)", options)));
    }
}

void read_wrappers(ObjectReader &reader) {
    std::unordered_map<Oid, WrapperDetails> rows;
    std::unordered_map<Oid, std::string> options;
    scan_catalog(ForeignDataWrapperRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_foreign_data_wrapper>(GETSTRUCT(tuple));
        if (!reader.begin(ObjectKind::foreign_data_wrapper, ForeignDataWrapperRelationId, row.oid, InvalidOid,
                          NameStr(row.fdwname))) {
            return;
        }
        rows.emplace(row.oid, WrapperDetails{row.fdwhandler, row.fdwvalidator});
        if (const char *text = options_text(tuple, Anum_pg_foreign_data_wrapper_fdwoptions, descriptor)) {
            options.emplace(row.oid, text);
            reader.set(of_wrapper("options"), text);
        }
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_foreign_data_wrapper_fdwacl, descriptor, &is_null);
        reader.set_owner(row.fdwowner);
        reader.set_grants(acl, is_null, OBJECT_FDW, row.fdwowner);
    });
    reader.for_each(ObjectKind::foreign_data_wrapper, [&](Oid oid) {
        const auto text = options.find(oid);
        describe_wrapper(reader, rows.find(oid)->second, text == options.end() ? nullptr : text->second.c_str());
    });
}

const char *text_of_column(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

void read_servers(ObjectReader &reader) {
    scan_catalog(ForeignServerRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_foreign_server>(GETSTRUCT(tuple));
        const ForeignDataWrapper *wrapper = GetForeignDataWrapperExtended(row.srvfdw, FDW_MISSING_OK);
        if (wrapper == nullptr ||
            !reader.begin(ObjectKind::server, ForeignServerRelationId, row.oid, InvalidOid, NameStr(row.srvname))) {
            return;
        }
        const char *type = text_of_column(tuple, Anum_pg_foreign_server_srvtype, descriptor);
        const char *version = text_of_column(tuple, Anum_pg_foreign_server_srvversion, descriptor);
        const char *options = options_text(tuple, Anum_pg_foreign_server_srvoptions, descriptor);
        reader.set(of_server("wrapper"), quote_identifier(wrapper->fdwname));
        reader.set(of_server("type"), type);
        reader.set(of_server("version"), version);
        reader.set(of_server("options"), options);
        if (reader.wants_ddl()) {
            reader.set(of_server("ddl"),
                       psprintf("CREATE SERVER %s%s%s FOREIGN DATA WRAPPER %s%s;", quote_identifier(reader.name()),
                                type == nullptr ? "" : psprintf(" TYPE %s", quote_literal_cstr(type)),
                                version == nullptr ? "" : psprintf(" VERSION %s", quote_literal_cstr(version)),
                                quote_identifier(wrapper->fdwname),
                                options == nullptr ? "" : psprintf(" OPTIONS (%s)", options)));
        }
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_foreign_server_srvacl, descriptor, &is_null);
        reader.set_owner(row.srvowner);
        reader.set_grants(acl, is_null, OBJECT_FOREIGN_SERVER, row.srvowner);
    });
}

void read_user_mappings(ObjectReader &reader) {
    scan_catalog(UserMappingRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_user_mapping>(GETSTRUCT(tuple));
        const ForeignServer *server = GetForeignServerExtended(row.umserver, FSV_MISSING_OK);
        const char *user = OidIsValid(row.umuser) ? GetUserNameFromId(row.umuser, true) : "";
        if (server == nullptr || user == nullptr) {
            return;
        }
        const char *name = user_mapping_name(*user == '\0' ? nullptr : user, server->servername);
        if (reader.begin(ObjectKind::user_mapping, UserMappingRelationId, row.oid, InvalidOid, name) &&
            reader.wants_ddl()) {
            reader.set(attribute(ObjectKind::user_mapping, "ddl"), psprintf("CREATE USER MAPPING %s;", name));
        }
    });
}

}  // namespace

char *user_mapping_name(const char *user, const char *server) {
    return psprintf("FOR %s SERVER %s", user == nullptr ? "PUBLIC" : quote_identifier(user), quote_identifier(server));
}

void read_foreign_servers(ObjectReader &reader) {
    if (reader.wants(ObjectKind::foreign_data_wrapper)) {
        read_wrappers(reader);
    }
    if (reader.wants(ObjectKind::server)) {
        read_servers(reader);
    }
    if (reader.wants(ObjectKind::user_mapping)) {
        read_user_mappings(reader);
    }
}

}  // namespace schema_audit::server
