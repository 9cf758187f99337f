#include "load/line_writer.hpp"

namespace billhouse {

namespace {

constexpr int kFactColumns = 43;

} // namespace

LineWriter::LineWriter(PgSession& session, EmbeddedText const& statement, MergeContext const& context,
                       StarRows const& rows, ResolvedMembers const& members, Instant recorded_at)
    : copy_(session, statement, kFactColumns), context_(context), rows_(rows), members_(members),
      recorded_at_(recorded_at) {}

void LineWriter::write(ChargeLine const& line, Origin const& origin) {
    copy_.begin_row();
    copy_.date(line.charge_date);
    copy_.uuid(line.key);
    copy_.bigint(line.content_hash);
    copy_.bigint(context_.slice.source_key);
    copy_.integer(context_.slice.stream_id);
    copy_.text(context_.slice.scope);
    copy_.text(line.document_id);
    copy_.integer(line.line_no);
    write_members(line);
    write_content(line);
    copy_.integer(origin.version);
    copy_.bigint(context_.run_id); // first_run_id
    copy_.bigint(context_.run_id); // last_run_id
    copy_.bigint(context_.page_ids.at(static_cast<std::size_t>(line.page)));
    copy_.text(line.record_path);
    copy_.timestamp(origin.loaded_at);
    copy_.timestamp(recorded_at_); // changed_at
}

void LineWriter::write_members(ChargeLine const& line) {
    copy_.bigint(key_of(members_.billing_accounts, line.billing_account));
    copy_.bigint(key_of(members_.sub_accounts, line.sub_account, kNoSubAccount));
    copy_.bigint(key_of(members_.sub_account_versions, line.sub_account, kNoSubAccount));
    copy_.bigint(key_of(members_.services, line.service));
    copy_.bigint(key_of(members_.skus, line.sku));
    copy_.bigint(key_of(members_.sku_versions, line.sku));
    copy_.bigint(key_of(members_.charge_types, line.charge_type));
    copy_.text(rows_.members.currencies.at(static_cast<std::size_t>(line.currency)));
}

void LineWriter::write_content(ChargeLine const& line) {
    copy_.timestamp(line.charge_period_start);
    copy_.timestamp(line.charge_period_end);
    copy_.date(line.billing_period_start);
    copy_.date(line.billing_period_end);
    for (auto const& amount : line.measures)
        copy_.optional(amount, &CopyWriter::numeric);
    if (line.attributes.empty())
        copy_.null();
    else
        copy_.jsonb(line.attributes);
}

} // namespace billhouse
