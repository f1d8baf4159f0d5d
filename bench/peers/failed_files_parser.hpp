#pragma once

// Which parser a peer that can work with either is built with.
#ifdef BENCH_ON_DEMAND
#include "failed_files_on_demand.hpp"
#else
#include "failed_files_sax.hpp"
#endif

namespace bench {

#ifdef BENCH_ON_DEMAND
using failed_files_parser = failed_files_on_demand;
#else
using failed_files_parser = failed_files_sax;
#endif

}  // namespace bench
