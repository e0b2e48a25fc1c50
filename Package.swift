// swift-tools-version:6.1
import PackageDescription

// The house, from the ground up: Postgres and LanguageModel know nothing of studies, Consensus is the science,
// Studies the domain and its SQL, Exports the dumps, Server the HTTP face, Concord the command line.
// docs/architecture.md says more.
let package = Package(
    name: "concord",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "concord", targets: ["Concord"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLlama", pkgConfig: "llama"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "Postgres",
            dependencies: ["CLibPQ", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "LanguageModel",
            dependencies: ["CLlama", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "Consensus",
            dependencies: ["LanguageModel"],
            resources: [
                .embedInCode("Prompts/zero-shot.v1.txt"),
                .embedInCode("Prompts/zero-shot-text.v1.txt"),
                .embedInCode("Prompts/few-shot.v1.txt"),
                .embedInCode("Prompts/few-shot.v2.txt"),
                .embedInCode("Prompts/few-shot-text.v1.txt"),
                .embedInCode("Prompts/questions.v1.txt"),
                .embedInCode("Prompts/questions-text.v1.txt"),
                .embedInCode("Prompts/screen.v1.txt"),
                .embedInCode("Prompts/screen-text.v1.txt"),
                .embedInCode("Prompts/screening-words.v1.txt"),
            ]),
        .target(
            name: "Studies",
            dependencies: [
                "Consensus", "LanguageModel", "Postgres",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftCSV", package: "SwiftCSV"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Texts/hateful-words.v1.txt")]),
        .target(
            name: "Exports",
            dependencies: ["CZlib", "Consensus", "Postgres", "Studies", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "Server",
            dependencies: [
                "CZlib", "Exports", "Postgres", "Studies",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Simulation",
            dependencies: [.product(name: "AsyncHTTPClient", package: "async-http-client")]),
        .executableTarget(
            name: "Concord",
            dependencies: [
                "Consensus", "Exports", "LanguageModel", "Postgres", "Server", "Simulation", "Studies",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "GenerationBenchmark", dependencies: ["LanguageModel"], path: "Benchmarks/generation"),
        .executableTarget(
            name: "RankingBenchmark", dependencies: ["Consensus", "LanguageModel"], path: "Benchmarks/ranking"),
        .executableTarget(
            name: "DumpBenchmark",
            dependencies: [
                "Exports", "Postgres", "Server", "Studies", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Benchmarks/dump"),
        .executableTarget(
            name: "NullStudies", dependencies: ["Consensus", "Simulation", "Studies"],
            path: "Benchmarks/null-studies"),
        .target(
            name: "TestSupport",
            dependencies: ["LanguageModel", "Postgres", .product(name: "SwiftCSV", package: "SwiftCSV")],
            path: "Tests/TestSupport"),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"]),
        .testTarget(name: "LanguageModelTests", dependencies: ["LanguageModel", "TestSupport"]),
        .testTarget(name: "ConsensusTests", dependencies: ["Consensus", "LanguageModel", "TestSupport"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Consensus", "Exports", "LanguageModel", "Postgres", "Studies", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Exports", "Postgres", "Server", "Studies", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Simulation", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ConcordTests",
            dependencies: [
                "Concord", "Postgres", "Simulation", "TestSupport",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
