using Doorward.Cli.Demo;

namespace Doorward.Cli.Tests.Demo;

public class DemoTourTests
{
    [Theory]
    // RFC 6238 appendix B, the last six of its eight digits.
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void The_code_is_that_of_an_authenticator_app(long moment, string code) =>
        Assert.Equal(code, DemoCode.At("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(moment)));

    [Fact]
    public void Credentials_are_kept_for_their_owner_only()
    {
        var data = Directory.CreateTempSubdirectory("dw-");
        Assert.Null(DemoCredentials.Read(data));
        var credentials = DemoCredentials.Create();

        credentials.Write(data);

        Assert.Equal(credentials, DemoCredentials.Read(data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.FullName, "demo.json")));
        data.Delete(recursive: true);
    }

    [Fact]
    public void The_tour_has_five_steps_whose_commands_name_the_data_when_it_is_elsewhere()
    {
        var output = new StringWriter();
        new DemoTour("./doorward", new DirectoryInfo("/tmp/o'ne two"), "x.test", 9443, DemoCredentials.Create(), new Uri("https://auth.x.test:9443/enrol#abc")).Write(output);
        var text = output.ToString();

        Assert.Equal(5, text.Split('\n').Count(line => line.Length > 1 && char.IsAsciiDigit(line[0]) && line[1] == '.'));
        Assert.Contains("./doorward trust install --data '/tmp/o'\\''ne two'\n", text);
        Assert.Contains("https://auth.x.test:9443/enrol#abc\n", text);
        Assert.Contains("https://live.x.test:9443/\n", text);
    }
}
