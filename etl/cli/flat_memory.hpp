#pragma once

namespace billhouse {

/// Lets what one page needs go back to the system when the page is done, so that a year takes no more memory
/// than a day. Call it before the first thread.
void keep_memory_flat();

} // namespace billhouse
