namespace Doorward.Cedar.Tests.Authorization;

/// <summary>An answer in a scratch says what a response says, and costs no memory.</summary>
public sealed class ScratchTests
{
    private static readonly PolicySet Policies = TestPolicy.Set(
        "permit (principal in Group::\"staff\", action, resource) when { context.count * 2 + 1 > 4 && [1, 2, 3].contains(context.count - 1) };",
        "permit (principal, action, resource is Application) when { principal.name like \"a*\" && resource has owner && resource.owner == principal };",
        "forbid (principal, action, resource) when { context.ip.isInRange(ip(\"10.0.0.0/8\")) || context.since.offset(duration(\"1h\")) < datetime(\"2020-01-01\") };",
        "permit (principal, action, resource) when { context.none == 1 };",
        "forbid (principal, action, resource) when { principal.none };",
        "permit (principal, action, resource) when { Nobody::\"x\".name == \"y\" || context.count > \"a\" };");

    private static readonly EntityStore Entities = EntityStore.Create(
    [
        new Entity(TestPolicy.Alice, RecordValue.Create(("name", "alice")), [new EntityUid("Group", "staff")]),
        new Entity(TestPolicy.Wiki, RecordValue.Create(("owner", TestPolicy.Alice)), []),
    ]);

    private static readonly AuthorizationRequest Request = TestPolicy.Request with
    {
        Context = RecordValue.Create(("count", 3L), ("ip", IpAddressValue.TryParse("192.0.2.1", out var ip) ? ip : null!), ("since", new DateTimeValue(1_800_000_000_000))),
    };

    [Fact]
    public void An_answer_says_what_a_response_says()
    {
        var response = Authorizer.IsAuthorized(Policies, Entities, Request);
        var answer = Authorizer.IsAuthorized(Policies, Entities, Request, new AuthorizationScratch());

        Assert.Equal(Decision.Allow, answer.Decision);
        Assert.Equal(response.Decision, answer.Decision);
        Assert.Equal(2, answer.ReasonCount);
        Assert.Equal(response.Reasons, [answer.Reason(0).Id, answer.Reason(1).Id]);
        Assert.Equal(3, answer.ErrorCount);
        for (var i = 0; i < answer.ErrorCount; i++)
        {
            Assert.Equal(response.Errors[i], answer.Error(i));
            Assert.Equal(response.Errors[i].Kind, answer.ErrorKind(i));
            Assert.Equal(response.Errors[i].PolicyId, answer.ErringPolicy(i).Id);
        }
    }

    [Fact]
    public void A_scratch_answers_one_request_after_another()
    {
        var scratch = new AuthorizationScratch();
        var nobody = Request with { Principal = new EntityUid("User", "nobody") };

        Assert.Equal(Decision.Allow, Authorizer.IsAuthorized(Policies, Entities, Request, scratch).Decision);
        Assert.Equal(Decision.Deny, Authorizer.IsAuthorized(Policies, Entities, nobody, scratch).Decision);
        Assert.Equal(0, Authorizer.IsAuthorized(PolicySet.Empty, Entities, Request, scratch).ErrorCount);
        Assert.Equal(2, Authorizer.IsAuthorized(Policies, Entities, Request, scratch).ReasonCount);
    }

    [Fact]
    public void A_request_allocates_nothing_errors_included()
    {
        var scratch = new AuthorizationScratch();
        var requests = new[] { Request, Request with { Principal = new EntityUid("User", "nobody") }, Request with { Context = RecordValue.Empty } };
        Assert.Equal(0, Allocated(10));
        Assert.Equal(0, Allocated(1000));

        long Allocated(int rounds)
        {
            Ask(2);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Ask(rounds);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Ask(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                foreach (var request in requests)
                {
                    Authorizer.IsAuthorized(Policies, Entities, request, scratch);
                    Authorizer.Decide(Policies, Entities, request);
                }
            }
        }
    }

    [Fact]
    public void A_store_that_asks_for_a_decision_of_its_own_gets_one()
    {
        var asking = new AskingStore(Entities);

        Assert.Equal(Authorizer.IsAuthorized(Policies, Entities, Request).Reasons, Authorizer.IsAuthorized(Policies, asking, Request).Reasons);
        Assert.True(asking.Asked > 0);
    }

    private sealed class AskingStore(EntityStore entities) : IEntityStore
    {
        public int Asked { get; private set; }

        public Entity? Find(EntityUid uid)
        {
            Asked++;
            Assert.Equal(Decision.Deny, Authorizer.Decide(Policies, EntityStore.Empty, Request with { Context = RecordValue.Empty }));
            return entities.Find(uid);
        }

        public bool IsBelow(EntityUid uid, EntityUid ancestor) => entities.IsBelow(uid, ancestor);
    }
}
