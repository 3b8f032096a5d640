"""How people say in English that something does not work; a line a phrasing."""

STRONG = {
    "outage": """
        is down|down again|are down|went down|goes down|keeps dropping|keeps disconnecting|keeps cutting out|cutting out|dropping out
        no internet|no signal|no connection|no service|not connecting|won't connect|can't connect|cannot connect|disconnected|offline
        outage|having issues|having problems|not working|isn't working|doesn't work|does not work|stopped working|won't work|unusable
    """,
    "slow": """
        so slow|too slow|very slow|really slow|super slow|slow internet|slow again|painfully slow|is slow|crawling|laggy|lagging|buffering|can't load
        won't load|not loading|times out|timing out|unstable
    """,
    "device": """
        won't turn on|red light|keeps rebooting|keeps restarting|is broken|broke|is dead|faulty|defective|blinking red|keeps freezing
        arrived damaged|arrived broken|wrong item|missing parts
    """,
    "app": """
        can't log in|cannot log in|can't login|unable to log in|keeps logging me out|crashes|crashing|crashed|error|code never arrives
        blank screen|won't open|can't open|can't sign in|bugged
    """,
    "billing": """
        charged me twice|charged twice|double charged|overcharged|still getting billed|still billed|still charging|wrong bill|no refund
        refund yet|unknown charge|hidden fee
    """,
    "support": """
        on hold|nobody replies|no one replies|no reply|no response|never called back|useless|won't let me cancel|can't cancel|ignored
        worst customer service|terrible service|hung up on me
    """,
    "works": """
        never showed up|didn't show up|no show|never arrived|hasn't arrived|not arrived|still waiting|still not here|delayed again|lost my package
    """,
}

MIDDLE = {
    "help": """
        help|how do i fix|what's going on|what is going on|anyone else|any idea how|please fix|fix this|fix your|i'm stuck|don't know what to do
    """,
    "upset": """
        worst|terrible|awful|ridiculous|unacceptable|unreal|fed up|sick of|frustrating|frustrated|hate|joke of a|cancelling|garbage|trash
    """,
}

WEAK = {"hint": "again|seriously|ugh|wtf|why am i|come on|slow"}

HARMLESS = "errors and omissions|trash talk|help center|help page|happy to help|back up|slow down|hate to say"
