using Doorward.Agent.Enrollment;
using Doorward.Agent.State;

namespace Doorward.Agent.Tests.Enrollment;

public sealed class EnrollCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-enroll-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_machine_that_is_enrolled_while_the_link_is_typed_stays_what_it_is()
    {
        var folder = new AgentFolder(_folder);
        var link = new LateLink(static part => $"https://auth.corp.example/device/enroll#dwe_{part}.{part}.{part}", () => folder.Write(new AgentRecord
        {
            Device = "dev_1",
            Name = "first",
            KeyAssurance = "file",
            Auth = "https://auth.corp.example",
            Agent = "https://agent.corp.example",
            Root = "",
            Nonce = [],
            Key = new KeyPlace(),
        }));
        var errors = new StringWriter();
        Assert.Equal(1, EnrollCommand.Run(EnrollOptions.Parse(["-", "--state", _folder, "--connect", "127.0.0.1:1"])!, link, TextWriter.Null, errors));
        Assert.Contains("this machine is enrolled as first", errors.ToString(), StringComparison.Ordinal);
    }
}
