// Prints facts as Python's json.dumps does with sorted keys.
export function print(facts) {
    const members = Object.keys(facts).sort().map((name) => `${JSON.stringify(name)}: ${facts[name]}`);
    console.log(`{${members.join(", ")}}`);
}
