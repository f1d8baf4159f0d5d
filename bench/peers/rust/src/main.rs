//! reqwest with its default TLS (OpenSSL), serde, and tokio on one thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Deserialize;

#[derive(Deserialize)]
struct FailedFile {
    document: String,
    error: String,
}

#[derive(Deserialize)]
struct FailedFiles {
    failed_files: Vec<FailedFile>,
}

type Failure = Box<dyn Error + Send + Sync>;

struct Job {
    url: String,
    expected: usize,
    ids: Vec<String>,
}

#[derive(Default)]
struct Progress {
    next: usize,
    records: usize,
    bytes: usize,
    latencies: Vec<Duration>,
}

fn client(ca_file: &str, connections: usize) -> Result<reqwest::Client, Failure> {
    let ca = reqwest::Certificate::from_pem(&std::fs::read(ca_file)?)?;
    Ok(reqwest::Client::builder()
        .add_root_certificate(ca)
        .http1_only()
        .pool_max_idle_per_host(connections)
        .timeout(Duration::from_secs(30))
        .build()?)
}

async fn work(client: reqwest::Client, job: Rc<Job>, progress: Rc<RefCell<Progress>>) -> Result<(), Failure> {
    loop {
        let number = {
            let mut state = progress.borrow_mut();
            state.next += 1;
            state.next - 1
        };
        if number >= job.ids.len() {
            return Ok(());
        }
        let started = Instant::now();
        let url = format!("{}/api/v1/jobs/{}/failed-files", job.url, job.ids[number]);
        let response = client
            .get(url)
            .header("unstructured-api-key", "bench-key-0123456789")
            .send()
            .await?
            .error_for_status()?;
        let body = response.bytes().await?;
        let reply: FailedFiles = serde_json::from_slice(&body)?;
        let files = reply.failed_files;
        if files.len() != job.expected || files.iter().any(|file| file.document.is_empty() || file.error.is_empty()) {
            return Err(format!("{} records", files.len()).into());
        }
        let mut state = progress.borrow_mut();
        state.records += files.len();
        state.bytes += body.len();
        state.latencies.push(started.elapsed());
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: HashMap<&str, &str> = arguments.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let connections: usize = given["--connections"].parse()?;
    let client = client(given["--ca"], connections)?;
    let job = Rc::new(Job {
        url: given["--url"].to_string(),
        expected: given["--records"].parse()?,
        ids: std::fs::read_to_string(given["--jobs"])?.lines().map(str::to_string).collect(),
    });
    let progress = Rc::new(RefCell::new(Progress::default()));
    let started = Instant::now();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let workers: Vec<_> = (0..connections)
            .map(|_| tokio::task::spawn_local(work(client.clone(), job.clone(), progress.clone())))
            .collect();
        for worker in workers {
            worker.await??;
        }
        Ok::<(), Failure>(())
    })?;

    let elapsed = started.elapsed().as_secs_f64();
    let mut state = progress.borrow_mut();
    state.latencies.sort_unstable();
    let milliseconds =
        |percent: usize| state.latencies[(state.latencies.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{{\"requests\":{},\"records\":{},\"bytes\":{},\"elapsed_s\":{:.6},\"p50_ms\":{:.4},\"p99_ms\":{:.4}}}",
        state.latencies.len(),
        state.records,
        state.bytes,
        elapsed,
        milliseconds(50),
        milliseconds(99)
    );
    Ok(())
}
