using Doorward.Control.Policies.Cases;
using Doorward.Control.Storage;

namespace Doorward.Control.Policies.Tests;

/// <summary>All that the tests of one set of policies ask about, read at one moment: asking needs no database any more.</summary>
/// <param name="Policies">Those in force.</param>
/// <param name="Tests">Each with the policy that keeps it and its place there.</param>
/// <param name="World">What their cases speak of.</param>
internal sealed record PolicyTestSubject(
    List<PolicyVersion> Policies, IReadOnlyList<(string Policy, int Place, PolicyTest Test)> Tests, CaseWorld? World);
