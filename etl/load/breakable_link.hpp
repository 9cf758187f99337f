#pragma once

struct pg_conn;

namespace billhouse {

/// A connection that the failpoint actions drop-link and kill-backend can break, for as long as this lives.
/// Without BILLHOUSE_FAILPOINTS it is nothing.
class BreakableLink {
public:
#ifdef BILLHOUSE_FAILPOINTS
    explicit BreakableLink(pg_conn* connection);
    ~BreakableLink();
    BreakableLink(BreakableLink const&) = delete;
    BreakableLink& operator=(BreakableLink const&) = delete;

private:
    pg_conn* connection_;
#else
    explicit BreakableLink(pg_conn*) {}
#endif
};

} // namespace billhouse
