// Why a run cannot begin.

/// What is wrong with a simulation as a whole. What happens to one person is in the report.
public enum SimulationError: Error, Sendable, Equatable, CustomStringConvertible {
    case badServer(String)

    public var description: String {
        switch self {
        case .badServer(let address):
            "\(address) is not the address of a server; give one like http://127.0.0.1:8080"
        }
    }
}
