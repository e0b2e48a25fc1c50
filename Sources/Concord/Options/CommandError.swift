// Mistakes on the command line that only show when the command runs.

/// A command that cannot be carried out. The description is one sentence that says what to do.
enum CommandError: Error, CustomStringConvertible {
    case badPort(String)
    case portInUse(host: String, port: Int)
    case cannotListen(host: String, port: Int, reason: String)
    case halfOfTLS
    case noModel
    case noHome
    case noToken
    case badURL(String)
    case unreadable(String)
    case unwritable(String)
    case reportNamedJSON(String)
    case noEmbedding(String)
    case notEnoughOpinions
    case notAllFinished(finished: Int, of: Int, reason: String)
    case broken(kind: String, times: Int)
    case unknownWeightType(String, known: [String])
    case notWhole([String])
    case unknownPerson(String)
    case noServer
    case rehearsalFailed(String)

    var description: String {
        switch self {
        case .badPort(let text): "\(text) is not a port; use a number from 0 to 65535"
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use; stop the other program or choose another port with --port"
        case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
        case .halfOfTLS: "TLS needs both files: give --tls-certificate and --tls-key"
        case .noModel: "no model file is named; give one with --model or CONCORD_MODEL (make run fetches the default)"
        case .noHome:
            "cannot find the folders Public and Migrations; run inside the project's folder or set CONCORD_HOME to it"
        case .noToken:
            "no simulation token; run on the server's machine with its --data folder, or give --token from: concord user create-token NAME"
        case .badURL(let text): "\(text) is not an http address such as http://127.0.0.1:8080"
        case .unreadable(let path): "cannot read \(path)"
        case .unwritable(let path): "cannot write \(path); check that its folder exists and is yours to write"
        case .reportNamedJSON(let path): "\(path) is where the report's JSON would go; give a name that ends with .html"
        case .noEmbedding(let path): "\(path) is not a sentence-embedding model; name one that is, or none"
        case .notEnoughOpinions: "give at least two opinions, one per paragraph of the opinions file"
        case .notAllFinished(let finished, let all, let reason):
            "only \(finished) of \(all) simulated people finished: \(reason)"
        case .broken(let kind, let times):
            "something was broken for simulated people: \(kind), \(times) time\(times == 1 ? "" : "s")"
        case .notWhole(let problems): "the dump is not whole: \(problems.joined(separator: "; "))"
        case .unknownPerson(let id):
            "there is nobody with the id \(id.prefix(80)); with --study, somebody is found by their id on their platform too"
        case .noServer: "no server runs over this database, which would carry this out; start one with concord serve"
        case .rehearsalFailed(let reason): "the rehearsal failed: \(reason)"
        case .unknownWeightType(let name, let known):
            "\(name) is not a weight type known here; use one of \(known.joined(separator: ", "))"
        }
    }
}
