#include "store/compression/member_codec.hpp"

#include "store/compression/gzip_codec.hpp"

namespace jobaudit::store {

std::unique_ptr<member_encoder> make_encoder(compression) { return make_gzip_encoder(); }

std::unique_ptr<member_decoder> make_decoder(compression) { return make_gzip_decoder(); }

}  // namespace jobaudit::store
