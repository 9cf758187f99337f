#pragma once

#include <string>

/// The sample responses of the vendors' own pages, byte for byte: tests/data/, compiled in.
namespace billhouse::vendor::documented {

std::string guance();
std::string ocamba_default(); ///< view=default: three usage documents
std::string ocamba_full();    ///< view=full: one document, while its total says 3
/// The full view with a total that is true, for loads that are to pass the check of completeness.
std::string ocamba_full_with_true_total();

} // namespace billhouse::vendor::documented
