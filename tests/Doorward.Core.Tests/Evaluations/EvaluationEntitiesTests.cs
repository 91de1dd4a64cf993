using Doorward.Cedar;
using Doorward.Core.Evaluations;

namespace Doorward.Core.Tests.Evaluations;

public class EvaluationEntitiesTests
{
    [Fact]
    public void What_lies_above_is_named_as_it_is_answered()
    {
        var input = World.Input(World.Alice with { Subject = World.Alice.Subject with { Groups = ["engineering", "staff"] } });
        IEntityStore entities = new EvaluationEntities(input);
        EntityUid[] all =
        [
            CedarNames.Principal(input.Evidence.Subject), CedarNames.Group("engineering"), CedarNames.Group("staff"), CedarNames.Group("others"),
            CedarNames.Application("wiki"), CedarNames.AccessAction, CedarNames.ReadAction, CedarNames.WriteAction, CedarNames.TunnelAction,
        ];

        foreach (var uid in all)
            Assert.Equal(all.Where(other => entities.IsBelow(uid, other)), all.Where(entities.AncestorsOf(uid)!.Contains));
        Assert.Equal(2, entities.AncestorsOf(all[0])!.Count);
        var prepared = PreparedEntities.For(input).Store;
        foreach (var uid in all)
        {
            Assert.Equal(all.Where(other => entities.IsBelow(uid, other)), all.Where(other => prepared.IsBelow(uid, other)));
            Assert.Equal(entities.Find(uid)?.Attributes, prepared.Find(uid)?.Attributes);
            Assert.Equal(entities.Find(uid)?.Tags, prepared.Find(uid)?.Tags);
        }
    }

    [Fact]
    public void What_was_prepared_for_another_subject_is_not_asked()
    {
        var policies = World.Bundle("permit (principal in Group::\"engineering\", action, resource);");
        var prepared = PreparedEntities.For(World.Input());

        Assert.True(Evaluator.Evaluate(policies, World.Input(), prepared).Allowed);
        Assert.False(Evaluator.Evaluate(policies, World.Input(World.Nobody), prepared).Allowed);
        Assert.False(Evaluator.Evaluate(policies, World.Input(World.Alice with { Subject = World.Alice.Subject with { Groups = [] } }), prepared).Allowed);
    }

    [Fact]
    public void Among_many_policies_the_one_for_a_group_is_found_and_others_are_not()
    {
        var policies = Enumerable.Range(0, 50)
            .Select(i => $"permit (principal in Group::\"{(i == 7 ? "engineering" : $"group{i}")}\", action in Action::\"access\", resource);").ToArray();

        Assert.Equal(["p7"], Evaluator.Evaluate(World.Bundle(policies), World.Input()).Reasons);
        Assert.Equal(DecisionCause.NoPermit, Evaluator.Evaluate(World.Bundle(policies), World.Input(World.Nobody)).Cause);
    }
}
