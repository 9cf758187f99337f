#pragma once

namespace billhouse {

/// Prepares the process for what must not happen: nobody but root may look into its memory, it leaves no core
/// (both would show secrets), and a crash or an exception that nobody catches ends it with exit code 70 and
/// one line. Call it first in main.
void guard_process();

/// Writes a line to standard error without allocating memory, for where there may be none.
void write_last_words(char const* words) noexcept;

} // namespace billhouse
