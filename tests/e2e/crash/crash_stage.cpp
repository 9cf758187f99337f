#include "e2e/crash/crash_stage.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>

namespace billhouse {

namespace {

/// The two jobs alone, with pages small enough that a read has several.
ConfigChoice choice_for(SampleVendorProcess const& vendor) {
    ConfigChoice choice;
    choice.connection = "dbname=named-by-each-episode";
    for (auto const* job : {"guance", "ocamba"})
        choice.jobs[job]["pace_per"] = "1ms";
    choice.jobs["guance"]["earliest"] = "2026-01-01";
    choice.jobs["ocamba"]["earliest"] = "2025-12-01";
    choice.jobs["guance"]["base_url"] = vendor.guance_url();
    choice.jobs["ocamba"]["base_url"] = vendor.ocamba_url();
    choice.credentials = {{"guance_api_key", SampleVendorProcess::kGuanceKey},
                          {"ocamba_token", SampleVendorProcess::kOcambaToken}};
    return choice;
}

/// sysexits.h as the product promises it, and ends by a signal.
bool is_documented(int exit_code) {
    static std::set<int> const codes{0, 64, 65, 69, 70, 74, 75, 77, 78, 130, 143};
    return codes.contains(exit_code);
}

std::string last_line(std::string const& text) {
    auto const end = text.find_last_not_of('\n');
    if (end == std::string::npos) return {};
    auto const start = text.rfind('\n', end);
    return text.substr(start == std::string::npos ? 0 : start + 1, end - start);
}

/// How a run under a fault may end: killed, or by a documented code and a last line.
std::vector<std::string> problems_of_end(ProcessResult const& run, Fault const& fault) {
    if (run.exit_code == 128 + SIGKILL) return {};
    auto const line = last_line(run.err);
    if (fault.must_kill) return {"the run outlived it: " + line};
    if (!is_documented(run.exit_code)) return {"exit code " + std::to_string(run.exit_code) + ": " + line};
    if (run.exit_code != 0 && line.empty()) return {"the last line says nothing"};
    return {};
}

/// A killed client's backend lives on until it sees that nobody listens.
void wait_for_backends(TestDatabase& database) {
    while (database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                          "AND backend_type = 'client backend' AND pid <> pg_backend_pid()") != "0") {
    }
}

std::vector<std::string> lines_in(std::filesystem::path const& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::string first_difference(std::vector<std::string> const& expected,
                             std::vector<std::string> const& actual) {
    auto const [a, b] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
    return "clean run: " + (a == expected.end() ? "(end)" : *a) +
           "\n    now: " + (b == actual.end() ? "(end)" : *b);
}

} // namespace

std::string Fault::text() const {
    return kill_after ? "SIGKILL after " + std::to_string(kill_after->count()) + " us" : rules;
}

CrashStage::CrashStage(Workload const& workload)
    : workload_(workload), vendor_(SAMPLE_VENDOR_BINARY, {"--today", "2026-03-10", "--from", "2025-12-01",
                                                          "--workspaces", "1", "--apps", "3", "--seed", "7"}),
      config_(BILLHOUSE_SOURCE_DIR, choice_for(vendor_)) {
    prepare();
    run_clean();
}

Command CrashStage::command(TestDatabase& database, std::vector<std::string> arguments) const {
    auto const connection = database.connection() + " connect_timeout=120"; // a busy machine is no violation
    arguments.insert(arguments.begin() + 1, {"--config", config_.path().string(), "--database", connection});
    return {
        .binary = BILLHOUSE_BINARY, .arguments = std::move(arguments), .environment = {}, .directory = {}};
}

void CrashStage::run_well(TestDatabase& database, std::vector<std::string> const& arguments) const {
    auto const run = run_process(command(database, arguments));
    if (run.exit_code != 0) throw std::runtime_error("an undisturbed run fails:\n" + run.err);
}

void CrashStage::prepare() {
    config_.keep_jobs({"guance", "ocamba"});
    auto ocamba = config_.read("jobs/ocamba.yaml");
    if (auto const at = ocamba.find("size: 100"); at != std::string::npos) ocamba.replace(at, 9, "size: 3");
    config_.write("jobs/ocamba.yaml", ocamba);
    prepared_ = std::make_unique<TestDatabase>(workload_.database);
    for (auto const& load : workload_.loads_before)
        run_well(*prepared_, load);
    if (workload_.change_before) workload_.change_before(*this);
}

void CrashStage::run_clean() {
    auto const database = prepared_->copy();
    auto const trace = config_.path() / "trace";
    vendor_.forget_requests();
    auto undisturbed = command(*database, workload_.command);
    undisturbed.environment["BILLHOUSE_FAILPOINT_TRACE"] = trace.string();
    auto const begun = std::chrono::steady_clock::now();
    auto const run = run_process(undisturbed);
    clean_duration_ =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
    if (run.exit_code != 0) throw std::runtime_error(workload_.name + " fails without a fault:\n" + run.err);
    visits_ = lines_in(trace);
    clean_requests_ = vendor_.request_count();
    clean_ = state_of(*database);
}

std::vector<std::string> CrashStage::episode(std::vector<Fault> const& faults) const {
    auto const database = prepared_->copy();
    std::vector<std::string> problems;
    std::string name = workload_.name;
    auto const add = [&](std::vector<std::string> const& found) {
        for (auto const& problem : found)
            problems.push_back(name + ": " + problem);
    };
    vendor_.forget_requests();
    for (auto const& fault : faults) {
        name += (&fault == &faults.front() ? ", " : ", then ") + fault.text();
        add(problems_of_end(run_under(*database, fault), fault));
        wait_for_backends(*database);
        add(problems_at_rest(*database));
    }
    name += ", resumed";
    add(problems_of_resumption(*database));
    if (faults.size() == 1 && faults.front().must_kill) add(too_many_requests());
    return problems;
}

std::vector<std::string> CrashStage::problems_of_resumption(TestDatabase& database) const {
    auto const resumed = run_process(command(database, workload_.command));
    wait_for_backends(database);
    auto problems = problems_at_rest(database);
    auto const others = differences(state_of(database));
    problems.insert(problems.end(), others.begin(), others.end());
    if (resumed.exit_code != 0)
        problems.push_back("exit code " + std::to_string(resumed.exit_code) + ": " + resumed.err);
    return problems;
}

ProcessResult CrashStage::run_under(TestDatabase& database, Fault const& fault) const {
    auto faulty = command(database, workload_.command);
    if (!fault.rules.empty()) faulty.environment["BILLHOUSE_FAILPOINT"] = fault.rules;
    ChildProcess process(faulty);
    if (fault.kill_after) {
        std::this_thread::sleep_for(*fault.kill_after); // the random instant is the fault
        process.signal(SIGKILL);
    }
    return process.wait();
}

std::vector<std::string> CrashStage::problems_at_rest(TestDatabase& database) const {
    if (is_migration()) return problems_of_migrations(database);
    database.execute("SET sweep.today = '" + workload_.today + "'");
    auto problems = broken_invariants(database);
    auto const more = broken_rules(database, "e2e/crash/at_rest.sql");
    problems.insert(problems.end(), more.begin(), more.end());
    return problems;
}

/// What a database consists of must follow from what it says was applied.
std::vector<std::string> CrashStage::problems_of_migrations(TestDatabase& database) const {
    std::string applied = "nothing";
    if (database.value("SELECT to_regclass('etl.migration') IS NOT NULL") == "t")
        applied = database.value(
            "SELECT string_agg(file_name || ' ' || checksum, ',' ORDER BY file_name) FROM etl.migration");
    auto const state = state_of(database);
    auto const [known, is_new] = migrated_to_.emplace(applied, state);
    if (is_new || known->second == state) return {};
    return {"after migrations " + applied + " the database is not what it was after them before"};
}

CrashStage::State CrashStage::state_of(TestDatabase& database) const {
    auto const* const file = is_migration() ? "e2e/crash/schema_state.sql" : "e2e/crash/business_state.sql";
    State state;
    for (auto const& section : named_statements(file, "section"))
        for (auto& row : database.query(section.text))
            state[section.name].push_back(row.at(0).value_or("NULL"));
    return state;
}

std::vector<std::string> CrashStage::differences(State const& actual) const {
    std::vector<std::string> found;
    auto sections = clean_;
    sections.insert(actual.begin(), actual.end());
    for (auto const& [section, unused] : sections) {
        auto const expected_rows = clean_.find(section), rows = actual.find(section);
        std::vector<std::string> const none;
        auto const& expected = expected_rows == clean_.end() ? none : expected_rows->second;
        auto const& now = rows == actual.end() ? none : rows->second;
        if (expected != now)
            found.push_back(section + " differ from the clean run's\n    " + first_difference(expected, now));
    }
    return found;
}

std::vector<std::string> CrashStage::too_many_requests() const {
    auto const asked = vendor_.request_count();
    auto const allowed = clean_requests_ + workload_.requests_repeated.value_or(clean_requests_);
    if (asked <= allowed) return {};
    return {std::to_string(asked) + " requests to the vendor, where " + std::to_string(allowed) +
            " had been enough"};
}

} // namespace billhouse
