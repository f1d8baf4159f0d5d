#pragma once

#include <jobaudit/client.hpp>
#include <jobaudit/error.hpp>
#include <jobaudit/failed_file.hpp>
#include <jobaudit/job_id.hpp>
#include <jobaudit/job_information.hpp>
#include <jobaudit/job_source.hpp>
#include <jobaudit/list_outcome.hpp>
#include <jobaudit/list_sink.hpp>
#include <jobaudit/observer.hpp>
#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>
#include <jobaudit/shared_limits.hpp>
#include <jobaudit/sink.hpp>
#include <jobaudit/summary.hpp>
#include <jobaudit/version.hpp>
