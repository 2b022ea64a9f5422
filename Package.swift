// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "swift-linalg",
  products: [
    .library(name: "LinAlg", targets: ["LinAlg"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Tables", targets: ["Tables"]),
    .library(name: "Charts", targets: ["Charts"]),
    .executable(name: "linfit", targets: ["linfit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // For `swift package generate-documentation`; nothing links it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // MARK: - Public API
    .target(name: "LinAlg", dependencies: ["CBLAS", "CKernels"], swiftSettings: settings),
    .target(name: "Models", dependencies: ["LinAlg", "CDistributions"], swiftSettings: settings),
    .target(
      name: "Tables", dependencies: ["CNumbers", "CZip", "LinAlg", "Models"],
      swiftSettings: settings),
    .target(name: "Charts", dependencies: ["LinAlg", "Models"], swiftSettings: settings),

    // MARK: - Implementation
    .systemLibrary(
      name: "CBLAS",
      pkgConfig: "openblas lapacke",
      providers: [
        .apt(["libopenblas-dev", "liblapacke-dev"]),
        .brew(["openblas", "lapack"]),
      ]),
    .target(name: "CKernels"),
    .target(name: "CDistributions"),
    .target(name: "CNumbers"),
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
    .target(name: "CPlacement", path: "Benchmarks/CPlacement"),
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),

    // MARK: - Executables
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CAllocations", "CBLAS", "CPlacement", "Charts", "LinAlg", "Models", "Tables",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks",
      exclude: ["CAllocations", "CPlacement", "Peers"],
      swiftSettings: settings),
    .executableTarget(
      name: "linfit",
      dependencies: [
        "Charts", "LinAlg", "Models", "Tables",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "Examples",
      dependencies: [
        "Charts", "LinAlg", "Models", "Tables",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples", swiftSettings: settings),

    // MARK: - Tests
    .target(
      name: "TestSupport", dependencies: ["LinAlg", "Models"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "LinAlgTests", dependencies: ["CBLAS", "LinAlg", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ModelsTests", dependencies: ["Charts", "LinAlg", "Models", "Tables", "TestSupport"],
      exclude: ["Reference"], swiftSettings: settings),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "LinAlg", "Models", "Tables"],
      swiftSettings: settings),
    .testTarget(
      name: "BenchmarksTests", dependencies: ["Benchmarks", "CPlacement"], swiftSettings: settings),
    .testTarget(
      name: "linfitTests", dependencies: ["LinAlg", "Tables", "linfit"], swiftSettings: settings),
    .testTarget(
      name: "TablesTests", dependencies: ["LinAlg", "Models", "Tables", "TestSupport"],
      exclude: ["Reference"], swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)

// libFuzzer is linked by Scripts/fuzz.sh only.
if Context.environment["LINALG_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Tables"], path: "Fuzz", exclude: ["Corpus"],
      swiftSettings: settings, linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}
