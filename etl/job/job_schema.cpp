#include "job/job_schema.hpp"

#include "job/stream_checks.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

MappingShape<SourceDefinition> source_shape() {
    using S = SourceDefinition;
    MappingShape<S> keys;
    keys.required("code", &S::code, identifier(),
                  {"Name of this connection in the warehouse (wh.dim_source); part of every line's key.",
                   "guance_cn"})
        .required("vendor", &S::vendor_code, identifier(),
                  {"Name of the vendor, the same for all of its connections.", "guance"})
        .required("provider", &S::provider_name, text(),
                  {"Who provides the service (FOCUS ServiceProviderName).", "Guance"})
        .optional("host_provider", &S::host_provider_name, text(), {},
                  {"On whose cloud it runs (FOCUS HostProviderName).", "Alibaba Cloud"})
        .required("invoice_issuer", &S::invoice_issuer_name, text(),
                  {"Who writes the invoice (FOCUS InvoiceIssuerName).", "Guance"})
        .required("publisher", &S::publisher_name, text(),
                  {"Who made the service (FOCUS PublisherName).", "Guance"})
        .required("currency", &S::default_currency, currency(), {"Currency of lines that name none.", "CNY"})
        .required("timezone", &S::billing_zone, time_zone(),
                  {"Zone in which the vendor's billing days begin and end.", "Asia/Shanghai"});
    return keys;
}

MappingShape<WarehouseSettings> warehouse_shape() {
    using W = WarehouseSettings;
    MappingShape<W> keys;
    keys.optional("connection", &W::connection, connection_text(), {},
                  {"libpq URI or key=value text without a password; left out: libpq's own defaults (PGHOST, "
                   "PGSERVICE, ...).",
                   "postgresql://billhouse@db.example/billing"})
        .optional("password", &W::password, secret_reference(), {},
                  {"Where the database password is found; left out: libpq's own way (PGPASSFILE).",
                   "{credential: warehouse_password}"})
        .optional("lock_timeout", &W::lock_timeout, duration(milliseconds(1), hours(1)), {"30s"},
                  {"Longest wait for another session's lock.", "30s"})
        .optional("statement_timeout", &W::statement_timeout, duration(seconds(1), hours(24)), {"10min"},
                  {"Longest time for one statement.", "10min"});
    return keys;
}

MappingShape<MainFile::Job> job_override_shape() {
    MappingShape<MainFile::Job> keys;
    keys.optional("enabled", &MainFile::Job::enabled, boolean(), {},
                  {"Instead of the job file's own `enabled`.", "true"})
        .accept("settings", table_of(text_or_empty()), [](MainFile::Job&, auto const&) {},
                {"Values in place of the job's settings.", "{base_url: \"https://cn4-openapi.guance.com\"}"});
    return keys;
}

Shape<std::filesystem::path> absolute_path() {
    auto shape = text();
    shape.description.words = "absolute path";
    shape.description.pattern = "/.*";
    return {
        shape.description,
        [read = shape.read](YamlNode const& node, Reading& reading) -> std::optional<std::filesystem::path> {
            auto const path = read(node, reading);
            if (path && path->starts_with('/')) return *path;
            if (path) reading.expected("an absolute path", node);
            return std::nullopt;
        }};
}

MappingShape<MainFile> metrics_shape() {
    MappingShape<MainFile> keys;
    keys.required("folder", &MainFile::metrics_folder, absolute_path(),
                  {"Where each job's `run` leaves billhouse_JOB.prom for node_exporter's textfile collector; "
                   "the folder must "
                   "exist.",
                   "/var/lib/billhouse-metrics"});
    return keys;
}

} // namespace

MappingShape<JobDefinition> job_shape() {
    using J = JobDefinition;
    MappingShape<J> keys;
    keys.required("version", &J::format_version, integer(1, 1), {"Version of this vocabulary.", "1"})
        .required("job", &J::name, identifier(), {"Name of the job; the file is named after it.", "guance"})
        .required("description", &J::description, text(), {"One line for people.", "Guance billing detail"})
        .optional("enabled", &J::enabled, boolean(), {"true"},
                  {"false: only run when named on the command line.", "false"})
        .accept("settings", table_of(text_or_empty(), identifier_problem), [](J&, auto const&) {},
                {"What differs from site to site; billhouse.yaml may override each. Used as "
                 "\"{settings.NAME}\" in any text.",
                 "{currency: CNY}"})
        .required("source", &J::source, source_shape().shape(),
                  {"The vendor connection, as the warehouse shows it.", {}})
        .required("http", &J::http, http_shape().shape(), {"How the vendor is reached.", {}})
        .accept(
            "streams", table_of(stream_shape().shape(), identifier_problem),
            [](J& job, std::vector<std::pair<std::string, StreamDefinition>> streams) {
                for (auto& [name, stream] : streams) {
                    stream.name = name;
                    job.streams.push_back(std::move(stream));
                }
            },
            {"What is read, each with its own watermark.", {}}, true)
        .check(check_job);
    return keys;
}

MappingShape<MainFile> main_file_shape() {
    MappingShape<MainFile> keys;
    keys.accept(
            "version", integer(1, 1), [](MainFile&, int) {}, {"Version of this vocabulary.", "1"}, true)
        .optional("warehouse", &MainFile::warehouse, warehouse_shape().shape(), {}, {"The database.", {}})
        .accept("metrics", metrics_shape().shape(),
                [](MainFile& file, MainFile const& metrics) { file.metrics_folder = metrics.metrics_folder; },
                {"Metrics for Prometheus; left out: none.", {}})
        .optional("jobs", &MainFile::jobs, table_of(job_override_shape().shape(), identifier_problem), {},
                  {"What this site changes in jobs.", {}});
    return keys;
}

} // namespace billhouse
