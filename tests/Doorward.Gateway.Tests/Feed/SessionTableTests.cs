using Doorward.Core.Evaluations;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Feed;

public sealed class SessionTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly SessionTable _table = new(limit: 10);
    private readonly CredentialKey _key = CredentialKey.Of("handle"u8);

    public SessionTableTests() => _table.Reset(10);

    [Fact]
    public void Replays_over_an_answer_what_was_applied_after_it_was_read()
    {
        Apply(11, Scenario.Session("ses_1", "alice", 3, Now));

        Assert.Equal(Admission.Admitted, _table.Admit(_key, Answer(revision: 10), out var credential));

        Assert.Equal(3, credential!.Session.View.Evidence.Assurance);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("subject")]
    [InlineData("handle")]
    public void Refuses_an_answer_that_was_overtaken_by_its_end(string what)
    {
        Apply(11, what switch
        {
            "session" => Scenario.SessionEnded("ses_1"),
            "subject" => Scenario.User("alice", disabled: true),
            _ => new Change { HandleEnded = new HandleEnded { HandleHash = Google.Protobuf.ByteString.CopyFrom(_key.ToHash()), SessionId = "ses_1" } },
        });

        Assert.Equal(Admission.Ended, _table.Admit(_key, Answer(revision: 10), out _));
        Assert.Null(_table.Find(_key));
    }

    // The account is enabled again at once: the session that ended with it does not come back.
    [Theory]
    [InlineData("AccountDisabled", DecisionCause.SubjectDisabled)]
    [InlineData("Idle", DecisionCause.SessionExpired)]
    [InlineData("Revoked", DecisionCause.SessionEnded)]
    [InlineData("of a later version", DecisionCause.SessionEnded)]
    public void What_ended_stays_ended_whatever_comes_after(string cause, DecisionCause seen)
    {
        Assert.Equal(Admission.Admitted, _table.Admit(_key, Answer(revision: 10), out var credential));
        var session = credential!.Session;

        Apply(11, Scenario.SessionEnded("ses_1", cause));
        Apply(12, Scenario.User("alice"));

        Assert.Equal(seen, session.View.With(Scenario.User("alice").Subject).Ended);
        Assert.Equal(Admission.Ended, _table.Admit(_key, Answer(revision: 10), out _));
    }

    [Fact]
    public void A_session_that_did_not_end_goes_on_when_its_account_is_enabled_again()
    {
        Assert.Equal(Admission.Admitted, _table.Admit(_key, Answer(revision: 10), out var credential));
        var disabled = credential!.Session.View.With(Scenario.User("alice", disabled: true).Subject);

        Assert.Equal(DecisionCause.SubjectDisabled, disabled.Ended);
        Assert.Null(disabled.With(Scenario.User("alice").Subject).Ended);
    }

    [Fact]
    public void Keeps_an_answer_that_was_read_after_the_change()
    {
        Apply(11, Scenario.SessionEnded("ses_other"));

        Assert.Equal(Admission.Admitted, _table.Admit(_key, Answer(revision: 11), out _));
        Assert.NotNull(_table.Find(_key));
    }

    [Fact]
    public void Asks_again_when_the_changes_since_are_no_longer_known()
    {
        Assert.Equal(Admission.TooOld, _table.Admit(_key, Answer(revision: 9), out _));
        for (var revision = 11; revision < 11 + 5000; revision++)
            Apply(revision, Scenario.SessionEnded("ses_other"));

        Assert.Equal(Admission.TooOld, _table.Admit(_key, Answer(revision: 11), out _));
    }

    [Fact]
    public void Ends_the_session_for_whoever_holds_it_already()
    {
        _table.Admit(_key, Answer(revision: 10), out var credential);
        var impact = Apply(11, Scenario.SessionEnded("ses_1"));

        Assert.Equal(DecisionCause.SessionEnded, credential!.Session.View.Ended);
        Assert.Contains("ses_1", impact.Sessions);
        Assert.Null(_table.Find(_key));
    }

    [Fact]
    public void Forgets_the_longest_unused_when_it_is_full_and_never_one_that_is_held()
    {
        _table.Admit(_key, Answer(revision: 10), out var held);
        Assert.True(held!.Session.TryHold());
        for (var i = 0; i < 40; i++)
            _table.Admit(CredentialKey.Of([(byte)i]), Answer(10, $"ses_x{i}"), out _);

        Assert.InRange(_table.Count, 1, 11);
        Assert.NotNull(_table.Find(_key));
        Assert.Contains("ses_1", Apply(11, Scenario.SessionEnded("ses_1")).Sessions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Tells_every_session_of_a_person_whichever_of_them_has_ended(int ended)
    {
        for (var i = 0; i < 3; i++)
            _table.Admit(CredentialKey.Of([(byte)i]), Answer(10, $"ses_{i}"), out _);
        Apply(11, Scenario.SessionEnded($"ses_{ended}"));

        var told = Apply(12, Scenario.User("alice", disabled: true)).Sessions;

        Assert.Equal(Enumerable.Range(0, 3).Where(i => i != ended).Select(i => $"ses_{i}"), told.Order());
        for (var i = 0; i < 3; i++)
            Apply(13 + i, Scenario.SessionEnded($"ses_{i}"));
        Assert.Empty(Apply(16, Scenario.User("alice")).Sessions);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Gives_no_hold_on_a_session_that_was_forgotten()
    {
        _table.Admit(_key, Answer(revision: 10), out var credential);

        _table.Reset(20);

        Assert.False(credential!.Session.TryHold());
    }

    [Fact]
    public void Keeps_following_a_held_session_through_a_snapshot()
    {
        _table.Admit(_key, Answer(revision: 10), out var credential);
        credential!.Session.TryHold();

        var unconfirmed = _table.Reset(20);
        _table.Confirm(Answer(revision: 20, assurance: 1));

        Assert.Same(credential.Session, Assert.Single(unconfirmed));
        Assert.Equal(1, credential.Session.View.Evidence.Assurance);
        Assert.Null(_table.Find(_key));
    }

    [Fact]
    public void Holds_a_session_in_a_kilobyte()
    {
        const int Many = 20_000;
        var table = new SessionTable(Many + 1);
        table.Reset(1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Many; i++)
            table.Admit(CredentialKey.Of(BitConverter.GetBytes(i)), Answer(1, $"ses_{i}", user: $"user{i}"), out _);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Many;

        TestContext.Current.SendDiagnosticMessage($"{each} bytes a session");
        Assert.InRange(each, 1, 1024);
        GC.KeepAlive(table);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("service")]
    public void Finds_the_groups_of_people_and_of_service_accounts(string kind)
    {
        var answer = Answer(revision: 10);
        answer.Subject.Kind = kind;
        _table.Admit(_key, answer, out var credential);
        var groups = GroupTable.Of([new GroupState { Name = "operators", Members = { "alice" } }, new GroupState { Name = "others", Members = { "bob" } }]);

        Assert.Equal(["operators"], credential!.Session.View.EvidenceOfSubject(groups).Groups);
    }

    private Impact Apply(long revision, Change change)
    {
        var impact = new Impact();
        change.Revision = revision;
        change.Last = true;
        _table.Apply([change], impact);
        return impact;
    }

    private static ResolveReply Answer(long revision, string session = "ses_1", int assurance = 2, string user = "alice") => new()
    {
        Found = true,
        Revision = revision,
        Session = Scenario.Session(session, user, assurance, Now).Session,
        Subject = Scenario.User(user).Subject,
        HandleHost = "wiki.door.test",
    };
}
