using Doorward.Core.Evaluations;

namespace Doorward.Core.Tests.Evaluations;

/// <summary>What is told of policies to somebody who asks why.</summary>
public sealed class ConsideredPolicyTests
{
    [Fact]
    public void Near_misses_are_the_permits_for_others_that_speak_of_the_same_those_first_that_would_allow()
    {
        var bundle = World.Bundle(
            """permit (principal in Group::"ops", action, resource == Application::"wiki") when { context.session.assurance >= 3 };""",
            """permit (principal in Group::"sales", action in Action::"access", resource == Application::"wiki");""",
            """permit (principal in Group::"engineering", action, resource == Application::"wiki") when { context.session.assurance >= 3 };""",
            """permit (principal in Group::"sales", action == Action::"tunnel", resource == Application::"wiki");""",
            """permit (principal in Group::"sales", action, resource == Application::"vault");""",
            """forbid (principal in Group::"sales", action, resource == Application::"wiki");""");

        // Hers is no near miss: it speaks of her and asks for more. Nor is another action or application, nor what forbids.
        var near = ConsideredPolicy.ForOthers(bundle, World.Input(), most: 20);

        Assert.Equal([("p1", true), ("p0", false)], near.Select(static one => (one.Policy.Definition.Name, one.Applies)));
        Assert.Equal(["p2"], ConsideredPolicy.Of(bundle, World.Input(), most: 20).Select(static one => one.Policy.Definition.Name));
        Assert.Single(ConsideredPolicy.ForOthers(bundle, World.Input(), most: 1));
    }
}
