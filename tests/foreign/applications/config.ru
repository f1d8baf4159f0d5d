# For Puma.
run lambda { |environment|
  file = File.join(ENV.fetch("ANSWERS"), environment["PATH_INFO"])
  headers = { "content-type" => "application/json" }
  File.file?(file) ? [200, headers, [File.binread(file)]] : [404, headers, ['{"detail":"Job not found"}']]
}
