#pragma once

#include "run/page_reader.hpp"

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

/// Records whose lists the vendor serves apart (records.children): each list becomes an array of its record,
/// as though it had come with it, byte for byte.
namespace billhouse {

/// The records of one page, and what was found of their children.
class ParentPage {
public:
    void clear();
    void add(RecordView const& record);
    /// Takes over the records of a page of children.
    void add_children(std::size_t parent, ParentPage const& found);
    std::size_t size() const { return parents_.size(); }
    std::string const& raw(std::size_t parent) const { return parents_[parent].raw; }
    /// Hands over the records with their children, in order and under the places that they had on the page.
    /// @param as  the field that a record's children become
    void map_to(std::string const& as, RecordSink const& sink) const;

private:
    struct Parent {
        std::string raw, place; ///< as in RecordView
        std::size_t index;
        std::string children{};
    };
    std::vector<Parent> parents_;
};

/// The children's own series of pages, as a stream.
StreamDefinition stream_of_children(StreamDefinition const& stream);

/// Asks for the children of every record of the page.
/// @returns the pages that this took, each with its `parent`
/// @throws Error, Stopped  as PageReader::read and Paginator::next do
std::vector<StoredPage> read_children(SeriesRequest const& request, VendorClient& client,
                                      std::stop_token const& stop, ParentPage& page);

} // namespace billhouse
