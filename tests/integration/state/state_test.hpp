#pragma once

#include "load/pg_session.hpp"
#include "state/ledger.hpp"

#include "support/test_database.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>

namespace billhouse {

/// A day given as "2026-03-01".
Date day(std::string_view text);
std::string text_of(std::optional<Date> date);

/// A job with one stream, complete enough to be registered.
JobDefinition sample_job();

/// What a call failed with, for tests of kind and message; a failed expectation where it does not fail.
Error error_of(std::function<void()> const& call);

/// A migrated warehouse with one registered stream and one run. Facts are written by hand: these tests are
/// about what stands beside them.
class StateTest : public testing::Test {
protected:
    StateTest();
    void TearDown() override;

    std::unique_ptr<PgSession> connect(std::string const& application = "billhouse run guance");
    /// Closes [from, to) in one transaction, `lines` being what its read brought.
    void close(std::string_view from, std::string_view to, std::int64_t lines = 0);
    SliceClosing closing(std::string_view from, std::string_view to, std::int64_t lines = 0);
    /// Writes a line that became known at `loaded_at` and costs `amount`; returns its key.
    std::string add_line(std::string_view date, int number, std::string_view amount,
                         std::string_view loaded_at = "2026-04-01 02:00+00");
    /// Adds a row to the journal for a line, `amount` being its delta.
    void journal(std::string_view at, std::string_view op, std::string_view date, int number,
                 std::string_view amount, int version,
                 std::string_view line_loaded_at = "2026-04-01 02:00+00");
    void make_partitions(std::string_view from, std::string_view to);

    TestDatabase db_;
    JobDefinition job_ = sample_job();
    std::unique_ptr<PgSession> session_;
    RegisteredStream stream_;
    std::int64_t run_id_ = 0;
};

} // namespace billhouse
