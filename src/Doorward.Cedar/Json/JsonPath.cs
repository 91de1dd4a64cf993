using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>The way from the root to where reading stands, kept as cheaply as possible and written out only for an error.</summary>
internal sealed class JsonPath
{
    private readonly List<(string? Name, int Index)> _steps = [];

    public void Enter(string name) => _steps.Add((name, 0));

    public void Enter(int index) => _steps.Add((null, index));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    public override string ToString()
    {
        var text = new StringBuilder("$");
        foreach (var (name, index) in _steps)
        {
            if (name is null) text.Append('[').Append(index).Append(']');
            else if (CedarText.IsIdentifier(name)) text.Append('.').Append(name);
            else text.Append('[').Append(CedarText.Quote(name)).Append(']');
        }
        return text.ToString();
    }
}
