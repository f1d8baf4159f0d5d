#include "store/compression/member_reader.hpp"

namespace jobaudit::store {

coded member_reader::decode(std::string_view bytes)
{
    try {
        const auto done = decoder_->decode(bytes, text_);
        at_ += done.taken;
        if (done.ended) {
            ++members_;
            whole_ = at_;
        }
        return done;
    } catch (const decoding_error& error) {
        refuse(error.what());
    }
}

void member_reader::refuse(const std::string& problem) const
{
    throw member_error{"its " + std::string{member_name(kind_)} + " number " + std::to_string(members_ + 1) +
                           ", which begins at byte " + std::to_string(whole_) + ", is damaged (" + problem + ")",
                       members_, whole_};
}

}  // namespace jobaudit::store
