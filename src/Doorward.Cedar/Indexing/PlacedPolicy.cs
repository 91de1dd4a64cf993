using Doorward.Cedar.Compilation;

namespace Doorward.Cedar.Indexing;

/// <summary>A policy and its place in the order of the set.</summary>
internal readonly record struct PlacedPolicy(int Place, CompiledPolicy Policy);
