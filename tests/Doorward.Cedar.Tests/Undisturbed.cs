namespace Doorward.Cedar.Tests;

/// <summary>Tests that look at the clock run alone. Their bounds are wide: they tell linear from quadratic, not fast from slow.</summary>
[CollectionDefinition(nameof(Undisturbed), DisableParallelization = true)]
public sealed class Undisturbed;
