# As in targets.hpp.
set(fuzz_targets response_reader failed_files gzip_body error_response redaction
    output_line job_file job_list retry_after url proxy script)
